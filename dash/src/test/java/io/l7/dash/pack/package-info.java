/** Tests of {@code io.l7.dash.pack}. */
@NullMarked
package io.l7.dash.pack;

import org.jspecify.annotations.NullMarked;
