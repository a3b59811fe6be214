package io.l7.lab;

import io.l7.common.time.VirtualTime;
import io.l7.http.message.Handler;
import io.l7.lab.core.Domains;
import io.l7.lab.magic.MagicNames;
import io.l7.lab.names.Signing;
import io.l7.lab.world.Ground;
import io.l7.lab.world.Hardship;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Describes a lab before it starts. Top-level domains and delegations follow from the names used.
 */
public final class LabBuilder {
  private long seed = 1;
  private final List<String> domains = new ArrayList<>();
  private final Map<String, List<String>> mailDomains = new LinkedHashMap<>();
  private final Map<String, Handler> sites = new LinkedHashMap<>();
  private boolean magic;
  private Signing.Kind zones = Signing.Kind.UNSIGNED;
  private Ground ground = Ground.real();
  private Hardship hardship = Hardship.NONE;

  LabBuilder() {}

  /** The seed of jitter, loss and the conditions of paths; 1 otherwise. */
  public LabBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** A domain with a zone and a name server of its own. */
  public LabBuilder domain(String name) {
    if (!domains.contains(name)) domains.add(name);
    return this;
  }

  /** A domain whose mail server keeps mailboxes for {@code users}. */
  public LabBuilder mail(String domain, String... users) {
    domain(domain);
    mailDomains.put(domain, List.of(users));
    return this;
  }

  /** A web site, by HTTP and HTTPS, on a host of that name in a domain of its last two labels. */
  public LabBuilder site(String host, Handler handler) {
    var labels = host.split("\\.", -1);
    domain(
        String.join(".", List.of(labels).subList(Math.max(0, labels.length - 2), labels.length)));
    sites.put(host, handler);
    return this;
  }

  /**
   * Signs the root, the top-level domains and all zones below them; the resolver trusts the root's
   * key and validates.
   */
  public LabBuilder signed() {
    zones = Signing.Kind.SIGNED;
    return this;
  }

  /**
   * Puts the lab on a network in memory, in time that the test moves: a day passes in a moment.
   * Links have neither rate nor delay there, and programs outside the lab cannot join.
   */
  public LabBuilder virtual(VirtualTime time) {
    ground = Ground.virtual(time);
    return this;
  }

  /** Gives each path between hosts a delay, jitter and loss of its own, drawn by the seed. */
  public LabBuilder hardship(Hardship most) {
    hardship = most;
    return this;
  }

  /** Adds the names that misbehave, {@link MagicNames}. */
  public LabBuilder magic() {
    magic = true;
    return this;
  }

  /** Starts everything; what has started is closed again when something fails. */
  public Lab start() throws IOException {
    var lab = new Lab(seed, zones, ground, hardship);
    try {
      for (var domain : domains) Domains.add(lab.world(), domain);
      for (var entry : mailDomains.entrySet()) lab.mail().add(entry.getKey(), entry.getValue());
      for (var entry : sites.entrySet())
        lab.world().site(entry.getKey(), Role.WEB, entry.getValue());
      if (magic) MagicNames.add(lab.world());
      return lab;
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e;
    }
  }
}
