/**
 * Telling domains how TLS with their servers went (TLSRPT, RFC 8460): the record that asks for it,
 * counts by day that outlive a restart, and the report with its mail. No network: where reports go
 * and how they get there comes in from outside; what is counted is told by the client.
 */
@NullMarked
package io.l7.smtp.tlsrpt;

import org.jspecify.annotations.NullMarked;
