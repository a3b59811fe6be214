/**
 * Keyed hashes that more than one protocol needs and that Java does not have. No cryptography for
 * secrets that outlive a process: that is JSSE's and Bouncy Castle's.
 */
@NullMarked
package io.l7.common.hash;

import org.jspecify.annotations.NullMarked;
