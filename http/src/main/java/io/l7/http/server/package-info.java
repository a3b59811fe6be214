/**
 * The server side of a connection of HTTP/1.1 (RFC 9112 §9), the loop of requests and answers, and
 * what it shares with that of HTTP/2: what is admitted, hosts, the access log, counters.
 *
 * <p>Parsing is {@code io.l7.http.wire}'s, HTTP/2 {@code io.l7.http.server.h2}'s; what to answer is
 * a {@code Handler}'s. The public face is {@code io.l7.http.HttpServer}.
 */
@NullMarked
package io.l7.http.server;

import org.jspecify.annotations.NullMarked;
