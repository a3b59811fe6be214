/**
 * Reading an MPD (ISO/IEC 23009-1): bounded, without DTDs, timelines left run-length coded; the
 * model a player and lint work on. Writing one is the packager's, fetching one the player's.
 */
@NullMarked
package io.l7.dash.mpd;

import org.jspecify.annotations.NullMarked;
