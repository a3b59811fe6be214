/**
 * The words of SMTP (RFC 5321) and LMTP (RFC 2033): commands, parameters, replies, the dot-stuffed
 * and the chunked content, and the limits. Codecs and values only; no session, no socket, no
 * policy.
 */
@NullMarked
package io.l7.smtp.protocol;

import org.jspecify.annotations.NullMarked;
