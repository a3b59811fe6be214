/**
 * Answers from zones: the authority that a server loop asks, the answer to a question, the cache of
 * ready answers, zones that live through reload, update and transfer. Sockets belong to the server;
 * zone data to {@code io.l7.dns.zone}.
 */
@NullMarked
package io.l7.dns.authority;

import org.jspecify.annotations.NullMarked;
