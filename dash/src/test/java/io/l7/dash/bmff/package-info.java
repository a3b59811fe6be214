/** Tests of {@code io.l7.dash.bmff}. */
@NullMarked
package io.l7.dash.bmff;

import org.jspecify.annotations.NullMarked;
