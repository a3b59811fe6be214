/**
 * What has been learned, for how long, and how far it may be believed: record sets by credibility
 * (RFC 2181 §5.4.1), whole responses with negative ones (RFC 2308), failures (RFC 9520).
 *
 * <p>Times come in as seconds; no clock, no socket, no resolution logic.
 */
@NullMarked
package io.l7.dns.cache;

import org.jspecify.annotations.NullMarked;
