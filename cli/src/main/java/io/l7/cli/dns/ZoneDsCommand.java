package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.dnssec.BindKeyPair;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns zone ds}: the records that the parent zone publishes. */
@Command(
    name = "ds",
    description = "Print the DS records of a zone's key signing keys, for the parent.")
final class ZoneDsCommand extends L7Command {
  @Parameters(paramLabel = "NAME", description = "The zone's name.")
  private String zone = "";

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      required = true,
      description = "Where the zone's key files are.")
  private @Nullable Path keys;

  @Option(
      names = "--digest",
      paramLabel = "N",
      description = "1, 2 or 4: SHA-1, SHA-256 (default) or SHA-384.")
  private int digest = 2;

  @Override
  protected int run() throws Exception {
    Name origin = typed(() -> Name.parse(zone));
    DigestType type = DigestType.of(digest).orElseThrow(() -> usage("unknown digest " + digest));
    var all = BindKeyPair.readAll(Objects.requireNonNull(keys), origin);
    var signing = all.stream().filter(k -> k.dnskey().isSecureEntryPoint()).toList();
    if (all.isEmpty()) {
      throw failure(String.valueOf(keys), "no keys of " + origin + " in it");
    }
    for (var key : signing.isEmpty() ? all : signing) {
      var ds = DsDigest.of(origin, key.dnskey(), type);
      String data = RecordText.print(RRType.DS, ds.rdata());
      if (json()) {
        out()
            .println(
                Json.object()
                    .put("name", origin.toString())
                    .put("class", "IN")
                    .put("type", "DS")
                    .put("data", data)
                    .build());
      } else {
        out().println(origin + "\tIN\tDS\t" + data);
      }
    }
    return 0;
  }
}
