/**
 * The lab's mail domains: a server, an MX record and mailboxes each, and a client that writes to
 * them.
 */
@NullMarked
package io.l7.lab.mail;

import org.jspecify.annotations.NullMarked;
