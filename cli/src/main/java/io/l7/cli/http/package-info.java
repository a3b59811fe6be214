/** The commands of {@code l7 http}. */
@NullMarked
package io.l7.cli.http;

import org.jspecify.annotations.NullMarked;
