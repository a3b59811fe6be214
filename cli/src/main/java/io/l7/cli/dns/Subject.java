package io.l7.cli.dns;

import io.l7.common.net.Endpoint;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.transport.UpstreamMap;
import java.util.List;
import java.util.Optional;

/**
 * What to ask and whom, from words in any order: {@code NAME [TYPE] [@HOST[:PORT]]}, as dig takes
 * them.
 */
record Subject(Question question, Optional<Endpoint> server) {
  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException with what is wrong, fit for the user
   */
  static Subject parse(List<String> words) {
    Optional<Endpoint> server = Optional.empty();
    Optional<Name> name = Optional.empty();
    RRType type = RRType.A;
    for (String word : words) {
      if (word.startsWith("@")) {
        server = Optional.of(Endpoint.parse(word.substring(1), UpstreamMap.DNS_PORT));
      } else if (name.isEmpty()) {
        name = Optional.of(Name.parse(word));
      } else if (!word.equalsIgnoreCase("IN")) {
        type = RRType.parse(word);
      }
    }
    Name asked = name.orElseThrow(() -> new IllegalArgumentException("no name to ask for"));
    return new Subject(Question.of(asked, type), server);
  }
}
