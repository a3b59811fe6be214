package io.l7.smtp.message;

import io.l7.smtp.address.Mailbox;

/** Where a recipient's copy goes, decided when the recipient is accepted. */
public sealed interface Target {

  /** Into the mailbox of this user of ours, a canonical address. */
  record Local(String user) implements Target {}

  /** To another server that is responsible for this address. */
  record Remote(Mailbox address) implements Target {}
}
