/**
 * The DNSSEC arithmetic that validator and signer share: keys, DS digests, canonical form,
 * signatures, NSEC3 hashes (RFC 4034, 5155, 6605, 8080). No zone, cache, chain of trust or clock is
 * known here; building chains is the validator's work, keeping a zone signed the zone's.
 */
@NullMarked
package io.l7.dns.dnssec;

import org.jspecify.annotations.NullMarked;
