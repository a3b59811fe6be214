/**
 * The way from the process to a command: arguments, environment and configuration file, errors as
 * one line, exit status. No command of a protocol lives here.
 */
@NullMarked
package io.l7.cli.main;

import org.jspecify.annotations.NullMarked;
