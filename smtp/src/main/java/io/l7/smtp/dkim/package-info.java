/**
 * Signing mail of our own (DKIM, RFC 6376). What others sent is neither signed nor verified here.
 */
@NullMarked
package io.l7.smtp.dkim;

import org.jspecify.annotations.NullMarked;
