package io.l7.lab.mail;

import io.l7.lab.core.World;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All mail domains of a world. Safe for all threads. */
public final class LabMail {
  private final World world;
  private final Map<String, MailDomain> domains = new ConcurrentHashMap<>();

  /** None yet. */
  public LabMail(World world) {
    this.world = world;
  }

  /**
   * A domain whose server keeps mailboxes for {@code users}, and which DNS knows by an MX record.
   */
  public MailDomain add(String domain, List<String> users) throws IOException {
    var made = world.own(new MailDomain(world, domain, users));
    domains.put(domain, made);
    world.names().zoneOf(domain).add(domain + ".", 60, "MX", "10 " + made.host().name() + ".");
    return made;
  }

  /** The domain of that name. */
  public Optional<MailDomain> find(String domain) {
    return Optional.ofNullable(domains.get(domain));
  }

  /** The mailbox of {@code user@domain}, which is of this world. */
  public MailDrop mailbox(String address) {
    var mailbox = Mailbox.of(address);
    var domain = domains.get(mailbox.domain());
    if (domain == null)
      throw new IllegalArgumentException(address + ": no such domain in this lab");
    return new MailDrop(domain, address);
  }
}
