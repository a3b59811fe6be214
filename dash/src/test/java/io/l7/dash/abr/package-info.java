/** Tests of {@code io.l7.dash.abr}. */
@NullMarked
package io.l7.dash.abr;

import org.jspecify.annotations.NullMarked;
