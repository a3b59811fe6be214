/**
 * Transaction signatures (RFC 8945): keys and BIND's key files, the MAC over messages and over
 * streams of messages. Which key may do what is decided by those who ask.
 */
@NullMarked
package io.l7.dns.tsig;

import org.jspecify.annotations.NullMarked;
