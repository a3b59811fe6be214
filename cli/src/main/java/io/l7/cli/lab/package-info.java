/** The command {@code l7 lab}. */
@NullMarked
package io.l7.cli.lab;

import org.jspecify.annotations.NullMarked;
