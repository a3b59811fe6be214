/** The commands of {@code l7 dns}. */
@NullMarked
package io.l7.cli.dns;

import org.jspecify.annotations.NullMarked;
