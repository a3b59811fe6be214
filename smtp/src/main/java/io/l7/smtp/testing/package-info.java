/**
 * A real mail server for other people's tests: up in milliseconds on any free port, with mails to
 * wait for and faults by script. Not for daemons.
 */
@NullMarked
package io.l7.smtp.testing;

import org.jspecify.annotations.NullMarked;
