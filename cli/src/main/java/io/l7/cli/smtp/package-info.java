/** The commands of {@code l7 smtp}. */
@NullMarked
package io.l7.cli.smtp;

import org.jspecify.annotations.NullMarked;
