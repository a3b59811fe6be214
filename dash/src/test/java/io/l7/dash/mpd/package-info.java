/** Tests of {@code io.l7.dash.mpd}. */
@NullMarked
package io.l7.dash.mpd;

import org.jspecify.annotations.NullMarked;
