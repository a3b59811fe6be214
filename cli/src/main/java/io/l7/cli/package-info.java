/**
 * The command line: what every command shares, and the way from arguments to a command. One class a
 * command, in a package for each group; no logic beyond options, a call into a module, and
 * printing.
 */
@NullMarked
package io.l7.cli;

import org.jspecify.annotations.NullMarked;
