package io.l7.smtp.queue;

import io.l7.smtp.message.MailId;
import io.l7.smtp.store.SpooledMail;
import java.util.List;
import java.util.Optional;

/**
 * What a person may do to the queue. An empty id means every mail; the counts say how many it
 * concerned.
 */
public interface QueueControl {
  /** All mails that are not over, oldest first. */
  List<SpooledMail> list();

  /** One of them. */
  Optional<SpooledMail> show(MailId id);

  /** Makes them due now. */
  int retry(Optional<MailId> id);

  /** Stops them until they are released. */
  int hold(Optional<MailId> id);

  /** Lets them go again, due now. */
  int release(Optional<MailId> id);

  /** Throws them away, without a report to anyone. */
  int delete(Optional<MailId> id);
}
