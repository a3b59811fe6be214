/**
 * The server side of HTTP/1.1 connections (RFC 9112 §9): the loop of requests and answers, content
 * in and out, errors, the access log.
 *
 * <p>Parsing is {@code io.l7.http.wire}'s; what to answer is a {@code Handler}'s. The public face
 * is {@code io.l7.http.HttpServer}.
 */
@NullMarked
package io.l7.http.server;

import org.jspecify.annotations.NullMarked;
