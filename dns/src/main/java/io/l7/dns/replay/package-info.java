/**
 * Plays resolver scenarios ({@code .rpl}) against the very engine of the daemon in virtual time,
 * and judges the answers.
 *
 * <p>Everything the engine meets here is scripted; no socket and no real clock is touched.
 */
@NullMarked
package io.l7.dns.replay;

import org.jspecify.annotations.NullMarked;
