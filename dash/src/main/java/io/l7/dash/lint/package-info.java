/**
 * Checks of an MPD and its segments against what the standard and the players demand. Reads through
 * a port; knows no socket.
 */
@NullMarked
package io.l7.dash.lint;

import org.jspecify.annotations.NullMarked;
