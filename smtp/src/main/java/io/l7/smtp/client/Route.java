package io.l7.smtp.client;

import io.l7.common.net.Endpoint;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.queue.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Where mail for a domain may be taken, or why nowhere. Pure: from what DNS said. */
sealed interface Route {
  /**
   * Hosts of a domain that are tried at one go; RFC 5321 §5.1 asks for two at least. A thousand
   * that are silent would hold a courier for hours.
   */
  int MOST_HOSTS = 10;

  /** To these, the first that talks. */
  record Servers(List<Endpoint> servers, MxAnswer.Origin origin) implements Route {}

  /** Nowhere, now or ever. */
  record Dead(Outcome outcome) implements Route {}

  /**
   * The servers of a domain in the order in which they are to be tried; {@code us} is our own name.
   */
  static Route of(String domain, MxAnswer answer, String us, int port, RandomGenerator random) {
    return switch (answer) {
      case MxAnswer.Hosts hosts -> ordered(domain, hosts, us, port, random);
      case MxAnswer.NullMx n ->
          failed("5.1.10", domain + " takes no mail (null MX)"); // RFC 7505 §4.1
      case MxAnswer.NoSuchDomain(var why) -> failed("5.1.2", why);
      case MxAnswer.Unknown(var why) -> // RFC 5321 §5.1: a soft error is tried again
          new Dead(new Outcome.Deferred(Optional.empty(), EnhancedStatus.of("4.4.3"), why));
    };
  }

  /**
   * By preference, equals in any order; from ourselves on, nobody: that would be a loop (RFC 5321
   * §5.1).
   */
  private static Route ordered(
      String domain, MxAnswer.Hosts answer, String us, int port, RandomGenerator random) {
    var shuffled = new ArrayList<>(answer.hosts());
    Collections.shuffle(shuffled, random);
    shuffled.sort(Comparator.comparingInt(MxHost::preference)); // stable: equals stay shuffled
    var self = shuffled.stream().filter(h -> h.host().equalsIgnoreCase(us)).findFirst();
    self.ifPresent(s -> shuffled.removeIf(h -> h.preference() >= s.preference()));
    if (shuffled.isEmpty()) {
      return failed("5.4.6", "mail for " + domain + " loops back to us");
    }
    return new Servers(
        shuffled.stream().limit(MOST_HOSTS).map(h -> new Endpoint(h.host(), port)).toList(),
        answer.origin());
  }

  private static Route failed(String status, String why) {
    return new Dead(new Outcome.Failed(Optional.empty(), EnhancedStatus.of(status), why));
  }
}
