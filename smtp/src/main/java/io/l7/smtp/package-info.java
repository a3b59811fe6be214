/** SMTP server, client, durable queue and mailboxes. */
@NullMarked
package io.l7.smtp;

import org.jspecify.annotations.NullMarked;
