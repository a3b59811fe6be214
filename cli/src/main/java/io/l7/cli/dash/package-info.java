/** The commands of {@code l7 dash}. */
@NullMarked
package io.l7.cli.dash;

import org.jspecify.annotations.NullMarked;
