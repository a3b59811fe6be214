/**
 * Every bound this module keeps against its peers and its input, in one record: name, unit,
 * default, reason. What enforces a bound lives with the code that reads the input.
 */
@NullMarked
package io.l7.dash.limits;

import org.jspecify.annotations.NullMarked;
