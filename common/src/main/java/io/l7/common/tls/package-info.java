/**
 * Who we are and whom we trust: certificates and keys from PEM, self-signed ones, SNI, ALPN and
 * reload. Handshakes themselves are JSSE's; connections that use them live in {@code net}.
 */
@NullMarked
package io.l7.common.tls;

import org.jspecify.annotations.NullMarked;
