/**
 * Keeps trust anchors current by what their zone says (RFC 5011): which keys are trusted, since
 * when, and the file that remembers it.
 *
 * <p>Validation of answers lives in {@code validator}.
 */
@NullMarked
package io.l7.dns.rollover;

import org.jspecify.annotations.NullMarked;
