/**
 * Zone transfer (RFC 5936, RFC 1995) both ways, NOTIFY (RFC 1996) and the life of a secondary.
 * Connections come from a dialer; who may transfer is the authority's question.
 */
@NullMarked
package io.l7.dns.transfer;

import org.jspecify.annotations.NullMarked;
