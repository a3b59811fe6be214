/**
 * Response policy zones (draft-vixie-dnsop-dns-rpz): rules written as records of a zone, by which
 * answers of the resolver are blocked or rewritten. What matches and in which order lives here;
 * answers are made in {@code service}, zones are kept current in {@code authority}.
 */
@NullMarked
package io.l7.dns.policy;

import org.jspecify.annotations.NullMarked;
