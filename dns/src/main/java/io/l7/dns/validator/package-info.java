/**
 * Validation of responses (RFC 4035 §5, RFC 5155 §8, RFC 6840): chains of trust from the anchors,
 * signatures over sets, proofs of denial.
 *
 * <p>Keys and delegation signers are fetched through a port; the arithmetic of signatures and
 * hashes lives in {@code io.l7.dns.dnssec}.
 */
@NullMarked
package io.l7.dns.validator;

import org.jspecify.annotations.NullMarked;
