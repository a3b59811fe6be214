/**
 * The client's side: finding the servers of a domain, talking to them, relaying the queue's mails.
 * Keeps nothing between calls but an open connection; what is tried again, and when, is the
 * queue's.
 */
@NullMarked
package io.l7.smtp.client;

import org.jspecify.annotations.NullMarked;
