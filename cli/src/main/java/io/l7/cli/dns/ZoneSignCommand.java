package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.KeyFolder;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns zone sign}. */
@Command(
    name = "sign",
    description = "Sign a zone file with NSEC; keys are made when there are none.")
final class ZoneSignCommand extends L7Command {
  @Parameters(paramLabel = "NAME=FILE", description = "The zone's name and its master file.")
  private String zone = "";

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      required = true,
      description = "Where the zone's key files are, in BIND's form.")
  private @Nullable Path keys;

  @Option(
      names = "-o",
      paramLabel = "FILE",
      required = true,
      description = "Where the signed zone goes.")
  private @Nullable Path output;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description =
          "Of keys that are made: ECDSAP256SHA256 (default), ED25519, ECDSAP384SHA384, ED448 or"
              + " RSASHA256.")
  private String algorithm = "ECDSAP256SHA256";

  @Option(
      names = "--lifetime",
      paramLabel = "TIME",
      description = "How long signatures last (default 14d).")
  private Duration lifetime = HostedZones.SIGNATURE_LIFETIME;

  @Option(
      names = "--clock",
      paramLabel = "EPOCH",
      description = "Sign as of this time, in seconds since 1970, instead of now.")
  private @Nullable Long clock;

  /** Times of signatures are numbers of 32 bits that go round (RFC 4034 §3.1.5). */
  private static final Duration MOST = Duration.ofDays(3650);

  @Override
  protected int run() throws Exception {
    if (lifetime.toSeconds() < 1 || lifetime.compareTo(MOST) > 0) {
      throw usage("--lifetime: from 1s to 3650d");
    }
    DnssecAlgorithm chosen = typed(() -> ZoneKeygenCommand.algorithm(algorithm));
    ZoneArgument argument = typed(() -> ZoneArgument.parse(zone));
    Zone unsigned = ZoneFile.load(argument.file(), argument.name(), ZoneLimits.defaults());
    InstantSource now =
        clock == null ? InstantSource.system() : InstantSource.fixed(Instant.ofEpochSecond(clock));
    var signer = new ZoneSigner(keys(argument.name(), chosen), now, lifetime);
    Zone signed = signer.signWhole(unsigned);
    write(Objects.requireNonNull(output), signed);
    return 0;
  }

  /** A file gets its new content at once or not at all; a device or a pipe is written to. */
  private static void write(Path target, Zone signed) throws IOException {
    if (Files.exists(target) && !Files.isRegularFile(target)) {
      ZoneFile.write(target, signed);
      return;
    }
    Path file = Files.exists(target) ? target.toRealPath() : target; // a link stays one
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      ZoneFile.write(fresh, signed);
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  private List<SigningKey> keys(Name origin, DnssecAlgorithm chosen) throws IOException {
    return KeyFolder.readOrMake(Objects.requireNonNull(keys), origin, chosen, new SecureRandom());
  }
}
