/**
 * The mailboxes of local users: Maildirs with what IMAP will need on top, unique numbers that never
 * change. Delivering, making deliveries durable, listing and reading; who gets what is decided
 * elsewhere.
 */
@NullMarked
package io.l7.smtp.mailbox;

import org.jspecify.annotations.NullMarked;
