/**
 * The server side of connections: over HTTP/1.1 (RFC 9112 §9) the loop of requests and answers,
 * over HTTP/2 (RFC 9113) a thread that reads and one for each stream; content in and out, errors,
 * the access log.
 *
 * <p>Parsing is {@code io.l7.http.wire}'s and {@code io.l7.http.h2}'s; what to answer is a {@code
 * Handler}'s. The public face is {@code io.l7.http.HttpServer}.
 */
@NullMarked
package io.l7.http.server;

import org.jspecify.annotations.NullMarked;
