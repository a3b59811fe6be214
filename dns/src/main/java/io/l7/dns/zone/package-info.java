/**
 * Zones as data: master files in and out, the immutable zone with its ordered store, edits and
 * their differences, checks and signing. Nothing here knows a socket, a message or a client;
 * answers are made in {@code io.l7.dns.authority}.
 */
@NullMarked
package io.l7.dns.zone;

import org.jspecify.annotations.NullMarked;
