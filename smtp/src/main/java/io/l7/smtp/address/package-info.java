/**
 * Mail addresses as RFC 5321 §4.1.2 and RFC 6531 §3.3 write them: local part, domain, paths.
 * Everything here is an immutable value made by a strict parser; nothing here knows users, routes
 * or sockets.
 */
@NullMarked
package io.l7.smtp.address;

import org.jspecify.annotations.NullMarked;
