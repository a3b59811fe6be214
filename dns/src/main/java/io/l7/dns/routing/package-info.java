/**
 * Answers that depend on who asks and on what is up: members of a set with weight, health and
 * preferred client subnets. The choice is pure; the health watch is the only part with sockets.
 */
@NullMarked
package io.l7.dns.routing;

import org.jspecify.annotations.NullMarked;
