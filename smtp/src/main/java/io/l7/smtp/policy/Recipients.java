package io.l7.smtp.policy;

import io.l7.smtp.address.Domains;
import io.l7.smtp.address.ForwardPath;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.Users;
import io.l7.smtp.message.Target;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where a recipient leads. In order: an alias, a user, the same without a {@code +subaddress} (RFC
 * 5233), the postmaster, the domain's catch-all. Thread-safe.
 */
public final class Recipients {
  /** Aliases of aliases; deeper is a mistake. */
  private static final int DEEPEST = 10;

  private final List<String> domains;
  private final Users users;
  private volatile Aliases aliases;

  /** The first domain is the one that bare names belong to. */
  public Recipients(List<String> domains, Users users, Aliases aliases) {
    if (domains.isEmpty()) {
      throw new IllegalArgumentException("no local domain");
    }
    this.domains = domains.stream().map(Domains::canonical).toList();
    this.users = users;
    this.aliases = aliases;
  }

  /** Has these aliases from now on. */
  public void aliases(Aliases others) {
    aliases = others;
  }

  /** What a recipient is. */
  public sealed interface Found {
    /** Mailboxes here or elsewhere that get the mail; at least one. */
    record Targets(List<Target> targets) implements Found {}

    /** A local domain, but nobody of that name. */
    record NobodyHere() implements Found {}

    /** Another server's. */
    record Elsewhere() implements Found {}
  }

  /** The canonical local domains. */
  public List<String> domains() {
    return domains;
  }

  /** The address that a path means. */
  public Mailbox address(ForwardPath path) {
    return switch (path) {
      case ForwardPath.Postmaster() -> Mailbox.of("postmaster@" + domains.getFirst());
      case ForwardPath.Recipient(var address) -> address;
    };
  }

  /** Looks an address up. */
  public Found find(Mailbox address) {
    if (!domains.contains(address.canonicalDomain())) {
      return new Found.Elsewhere();
    }
    var out = new LinkedHashSet<Target>();
    expand(address, out, new HashSet<>(), new HashSet<>());
    return out.isEmpty() ? new Found.NobodyHere() : new Found.Targets(List.copyOf(out));
  }

  /** Where a mail to an address goes: {@link #find}, with everyone elsewhere as a target too. */
  public List<Target> targets(Mailbox address) {
    return switch (find(address)) {
      case Found.Targets(var targets) -> targets;
      case Found.NobodyHere n -> List.of();
      case Found.Elsewhere e -> List.of(new Target.Remote(address));
    };
  }

  /** {@code way} holds the aliases that have led here, {@code seen} all that were looked at. */
  private void expand(Mailbox address, Set<Target> out, Set<String> seen, Set<String> way) {
    var canonical = address.canonical();
    if (way.contains(canonical)) {
      ownMailbox(address, out);
      return;
    }
    if (way.size() > DEEPEST || !seen.add(canonical)) {
      return;
    }
    way.add(canonical);
    follow(address, out, seen, way);
    way.remove(canonical);
  }

  /** An alias of a user that leads to him means his mailbox: he keeps a copy of what goes on. */
  private void ownMailbox(Mailbox address, Set<Target> out) {
    names(address).stream()
        .filter(name -> users.password(name).isPresent())
        .findFirst()
        .ifPresent(name -> out.add(new Target.Local(name)));
  }

  private void follow(Mailbox address, Set<Target> out, Set<String> seen, Set<String> way) {
    if (!domains.contains(address.canonicalDomain())) {
      out.add(new Target.Remote(address));
      return;
    }
    var now = aliases.targets();
    for (var name : names(address)) {
      var alias = now.get(name);
      if (alias != null) {
        alias.forEach(target -> expand(target, out, seen, way));
        return;
      }
      if (users.password(name).isPresent()) {
        out.add(new Target.Local(name));
        return;
      }
    }
    if (address.localPart().equalsIgnoreCase("postmaster")) {
      postmaster(address.canonicalDomain(), out);
    }
    var catchAll = now.get("@" + address.canonicalDomain());
    if (out.isEmpty() && catchAll != null) {
      catchAll.forEach(target -> expand(target, out, seen, way));
    }
  }

  /** The address itself, then without its subaddress. */
  private static List<String> names(Mailbox address) {
    var local = address.localPart().toLowerCase(Locale.ROOT);
    var domain = "@" + address.canonicalDomain();
    var out = new ArrayList<>(List.of(local + domain));
    var plus = local.indexOf('+');
    if (plus > 0) {
      out.add(local.substring(0, plus) + domain);
    }
    return out;
  }

  /**
   * RFC 5321 §4.5.1: a postmaster always gets through, to the domain's first user if nobody has the
   * name.
   */
  private void postmaster(String domain, Set<Target> out) {
    var all = users.names();
    all.stream()
        .filter(name -> name.endsWith("@" + domain))
        .findFirst()
        .or(() -> all.stream().findFirst())
        .ifPresent(name -> out.add(new Target.Local(name)));
  }
}
