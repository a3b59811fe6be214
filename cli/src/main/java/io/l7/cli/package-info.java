/**
 * What every command shares: options, output, the life of a daemon, progress, errors. The commands
 * live in a package for each group, the way to them in {@code main}.
 */
@NullMarked
package io.l7.cli;

import org.jspecify.annotations.NullMarked;
