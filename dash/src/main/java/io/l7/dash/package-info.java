/** DASH packager, chunk server and adaptive player. */
@NullMarked
package io.l7.dash;

import org.jspecify.annotations.NullMarked;
