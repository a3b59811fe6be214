/**
 * The DNS message and its parts as immutable values, and the bounded reader and writer of its wire
 * form (RFC 1035 §4, RFC 6891).
 *
 * <p>Nothing here knows a socket, a clock, a cache or a zone. Text forms of rarely used record
 * types come from dnsjava.
 */
@NullMarked
package io.l7.dns.message;

import org.jspecify.annotations.NullMarked;
