package io.l7.smtp.queue;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.message.Target;
import java.util.List;

/** Where a mail of our own, a report, goes. */
@FunctionalInterface
public interface Router {
  /** The targets of an address; none when it is a local one that nobody has. */
  List<Target> targets(Mailbox address);
}
