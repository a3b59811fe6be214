/** The command line: one class a command, no logic. */
@NullMarked
package io.l7.cli;

import org.jspecify.annotations.NullMarked;
