/**
 * HTTP messages as values (RFC 9110): method, status, fields, request, response, body, date, and
 * the handler that turns one into the other.
 *
 * <p>Independent of the version on the wire: no parsing, framing or sockets here; those are {@code
 * io.l7.http.wire} and its users.
 */
@NullMarked
package io.l7.http.message;

import org.jspecify.annotations.NullMarked;
