/**
 * A mail as the server holds it: identifier, envelope, the trace fields it gets and the reports
 * about it (RFC 3464). The content stays octets that nobody parses beyond its header's outline;
 * storing and sending are done elsewhere.
 */
@NullMarked
package io.l7.smtp.message;

import org.jspecify.annotations.NullMarked;
