package io.l7.cli.dns;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.tsig.KeyFile;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdateClient;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the commands that change zones have in common. */
final class Clients {
  private Clients() {}

  static UpdateClient update(Endpoint server, @Nullable Path keyFile) throws IOException {
    Optional<TsigKey> key =
        keyFile == null ? Optional.empty() : Optional.of(KeyFile.read(keyFile).getFirst());
    return new UpdateClient(
        Dialer.over(Network.real()), server, key, InstantSource.system(), new SecureRandom());
  }

  /**
   * A name in a zone: absolute when it lies in the zone or ends with a dot, relative to it
   * otherwise.
   */
  static Name within(String text, Name origin) {
    if (text.equals("@")) {
      return origin;
    }
    Name name = Name.parse(text);
    return name.isSubdomainOf(origin) || text.endsWith(".")
        ? name
        : name.replaceEnding(Name.ROOT, origin);
  }

  /**
   * A TTL as it was typed.
   *
   * @throws IllegalArgumentException no record can have it (RFC 2181 §8)
   */
  static long ttl(long seconds) {
    if (seconds < 0 || seconds > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a TTL is 0 to " + Integer.MAX_VALUE + " seconds, not " + seconds);
    }
    return seconds;
  }

  /** The name of {@code NAME[/TYPE]}. */
  static Name nameOf(String text, Name origin) {
    int slash = text.indexOf('/');
    return within(slash < 0 ? text : text.substring(0, slash), origin);
  }

  /** The type of {@code NAME[/TYPE]}; ANY when it names none. */
  static RRType typeOf(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? RRType.ANY : RRType.parse(text.substring(slash + 1));
  }
}
