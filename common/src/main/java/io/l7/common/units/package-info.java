/** Sizes, rates and durations as people write them on a command line and read them in a report. */
@NullMarked
package io.l7.common.units;

import org.jspecify.annotations.NullMarked;
