/**
 * The headless player: when to ask, at what rate, and where, as policies without socket or clock;
 * the loop that joins them to HTTP and a playout buffer; the report of a run. Rate rules themselves
 * are in {@code abr}.
 */
@NullMarked
package io.l7.dash.play;

import org.jspecify.annotations.NullMarked;
