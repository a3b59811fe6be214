/**
 * The resource contract of one question: what it may spend on packets, time, signatures and hashes,
 * and how it fails when that is spent.
 *
 * <p>Counts only; what the things counted are is not known here.
 */
@NullMarked
package io.l7.dns.budget;

import org.jspecify.annotations.NullMarked;
