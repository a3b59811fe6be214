/** Tests of {@code io.l7.dash.serve}. */
@NullMarked
package io.l7.dash.serve;

import org.jspecify.annotations.NullMarked;
