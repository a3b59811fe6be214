/** The commands of {@code l7 bt}. */
@NullMarked
package io.l7.cli.bt;

import org.jspecify.annotations.NullMarked;
