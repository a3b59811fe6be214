/**
 * Dynamic update (RFC 2136): prerequisites, changes, who may make them, and the journal that keeps
 * them. Messages come from the authority, which has checked their signatures.
 */
@NullMarked
package io.l7.dns.update;

import org.jspecify.annotations.NullMarked;
