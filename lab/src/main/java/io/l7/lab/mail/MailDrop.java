package io.l7.lab.mail;

import io.l7.smtp.mailbox.StoredMail;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A mailbox of the lab, as a test or the story looks at it. */
public final class MailDrop {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final MailDomain domain;
  private final String address;

  MailDrop(MailDomain domain, String address) {
    this.domain = domain;
    this.address = address;
  }

  /** What is in it now. */
  public List<StoredMail> list() throws IOException {
    return domain.reader(address).list();
  }

  /** Waits until there are {@code count} mails. */
  public List<StoredMail> await(int count) throws IOException {
    var found = domain.reader(address).await(count, PATIENCE);
    if (found.size() < count)
      throw new AssertionError(address + ": " + found.size() + " of " + count + " mails came");
    return found;
  }

  /** Waits for a mail and demands that it is the only one. */
  public StoredMail expectOne() throws IOException {
    var found = await(1);
    if (found.size() != 1)
      throw new AssertionError(address + ": " + found.size() + " mails instead of one");
    return found.getFirst();
  }

  /** The octets of a mail as they lie in the Maildir. */
  public byte[] read(StoredMail mail) throws IOException {
    return domain.reader(address).read(mail);
  }
}
