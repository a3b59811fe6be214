/**
 * A mail server and its parts for use: {@link SmtpServer} is the way in, for daemons, tests and
 * laboratories. The protocol, the store, the queue and the client are in the packages below.
 */
@NullMarked
package io.l7.smtp;

import org.jspecify.annotations.NullMarked;
