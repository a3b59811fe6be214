/** Tests of {@code io.l7.dash.play}. */
@NullMarked
package io.l7.dash.play;

import org.jspecify.annotations.NullMarked;
