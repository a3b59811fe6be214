package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.dnssec.BindKeyPair;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns zone keygen}: prints the base name of the files it made. */
@Command(name = "keygen", description = "Make one DNSSEC key in BIND's form; print its base name.")
final class ZoneKeygenCommand extends L7Command {
  @Parameters(paramLabel = "NAME", description = "The zone's name.")
  private String zone = "";

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      required = true,
      description = "Where the key files go.")
  private @Nullable Path keys;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "ECDSAP256SHA256 (default), ED25519, ECDSAP384SHA384, ED448, RSASHA256 or RSASHA512.")
  private String algorithm = "ECDSAP256SHA256";

  @Option(names = "--ksk", description = "A key signing key; a zone signing key otherwise.")
  private boolean ksk;

  /**
   * The algorithm of a new key.
   *
   * @throws IllegalArgumentException there is none of that name, or it is not for new keys
   */
  static DnssecAlgorithm algorithm(String name) {
    DnssecAlgorithm chosen =
        DnssecAlgorithm.named(name)
            .orElseThrow(() -> new IllegalArgumentException("unknown algorithm " + name));
    SigningKey.checkNew(chosen);
    return chosen;
  }

  @Override
  protected int run() throws Exception {
    DnssecAlgorithm chosen = typed(() -> algorithm(algorithm));
    Name origin = typed(() -> Name.parse(zone));
    Path folder = Objects.requireNonNull(keys);
    Files.createDirectories(folder);
    var role = ksk ? SigningKey.Role.KSK : SigningKey.Role.ZSK;
    var key = BindKeyPair.make(folder, origin, chosen, role, new SecureRandom());
    String base = BindKeyPair.baseName(origin, key.dnskey());
    out().println(json() ? Json.object().put("key", base).build() : base);
    return 0;
  }
}
