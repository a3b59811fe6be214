package io.l7.cli.dns;

import io.l7.cli.OptionRules;
import io.l7.common.disk.TextFile;
import io.l7.common.metrics.Metrics;
import io.l7.dns.local.LocalData;
import io.l7.dns.local.LocalDataFile;
import io.l7.dns.local.LocalZone;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.ClientLimit;
import io.l7.dns.service.Dns64;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.ServiceConfig;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How clients of {@code dns serve} are served. Files are read again at each {@link #config}. */
final class ServiceOptions {
  @Option(
      names = "--acl",
      paramLabel = "CIDR|FILE",
      description =
          "Who may ask for recursion besides loopback; repeatable. A file has lines 'CIDR"
              + " [allow|snoop|refuse|drop]'.")
  private List<String> acl = List.of();

  @Option(
      names = "--local-data",
      paramLabel = "FILE|RECORD",
      description =
          "Answer these here: lines of a hosts file, records, or 'zone NAME KIND'; repeatable.")
  private List<String> localData = List.of();

  @Option(
      names = "--local-zone",
      paramLabel = "NAME=KIND",
      description =
          "Names at and below it: static, redirect, refuse, deny or transparent; repeatable.")
  private List<String> localZones = List.of();

  @Option(
      names = "--any",
      description = "Answer questions for type ANY in full instead of minimally (RFC 8482).")
  private boolean any;

  @Option(
      names = "--dns64",
      arity = "0..1",
      fallbackValue = Dns64.WELL_KNOWN,
      paramLabel = "PREFIX",
      description =
          "Make AAAA records of A records for clients behind a NAT64 (RFC 6147), in this prefix"
              + " (default 64:ff9b::/96).")
  private @Nullable String dns64;

  @Option(
      names = "--rrl",
      paramLabel = "N",
      description = "Equal answers a second to one network over UDP (default: no limit).")
  private int rateLimit;

  @Option(
      names = "--client-limit",
      paramLabel = "N",
      description = "Queries a second of one client (default: no limit).")
  private int clientLimit;

  @Option(
      names = "--cookie-secret",
      paramLabel = "HEX",
      description = "Secret of DNS cookies, 16 octets, for servers that share an address.")
  private @Nullable String cookieSecret;

  @Option(
      names = "--query-log",
      paramLabel = "FILE|-",
      description = "Write a line for each answer; - is standard output.")
  private @Nullable String queryLog;

  @Option(names = "--query-log-json", description = "The query log as JSON lines.")
  private boolean queryLogJson;

  /** How names that are special everywhere are answered. */
  enum Root {
    /** Private reverse zones are answered here (RFC 6303): the public tree has no use for them. */
    PUBLIC,
    /** A root of one's own may have such zones. */
    OWN
  }

  ServiceConfig config(Root root) throws IOException {
    ServiceConfig config = ServiceConfig.defaults().withAccess(access()).withLocal(local(root));
    config = dns64 == null ? config : config.withDns64(dns64(dns64));
    return any ? config.withAny(ServiceConfig.AnyPolicy.RESOLVED) : config;
  }

  private static Dns64 dns64(String prefix) {
    try {
      return Dns64.in(prefix);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("--dns64 " + e.getMessage(), e);
    }
  }

  RateLimit rateLimit() {
    if (rateLimit < 0 || clientLimit < 0) {
      throw new IllegalArgumentException("--rrl and --client-limit: 1 or more, 0 for no limit");
    }
    return new RateLimit(rateLimit);
  }

  ClientLimit clientLimit() {
    return new ClientLimit(clientLimit);
  }

  Optional<byte[]> cookieSecret() {
    if (cookieSecret == null) {
      return Optional.empty();
    }
    if (!cookieSecret.matches("[0-9A-Fa-f]{32}")) {
      throw new IllegalArgumentException("--cookie-secret: 32 hexadecimal digits");
    }
    return Optional.of(HexFormat.of().parseHex(cookieSecret));
  }

  QueryLog queryLog(LogFiles files, InstantSource clock, Metrics metrics) throws IOException {
    return queryLog == null
        ? QueryLog.none()
        : QueryLog.to(
            files.to(queryLog),
            queryLogJson ? QueryLog.Form.JSON : QueryLog.Form.TEXT,
            clock,
            metrics);
  }

  /** The file of the query log, opened anew, where it is one. */
  Optional<Writer> queryLogFile(LogFiles files) throws IOException {
    return files.reopened(queryLog);
  }

  /**
   * Looks for what would come to nothing; zones are answered for whoever asks.
   *
   * @throws IllegalArgumentException there is something
   */
  void check(boolean resolves) {
    OptionRules.isFor("--acl", !acl.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--local-data", !localData.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--local-zone", !localZones.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--any", any, "--recursive", resolves);
    OptionRules.isFor("--dns64", dns64 != null, "--recursive", resolves);
    OptionRules.isFor("--cookie-secret", cookieSecret != null, "--recursive", resolves);
    OptionRules.isFor("--query-log-json", queryLogJson, "--query-log", queryLog != null);
  }

  private AccessList access() throws IOException {
    AccessList access = AccessList.loopback();
    for (String text : acl) {
      if (!Files.isRegularFile(Path.of(text))) {
        access = access.with(network(text), AccessList.Access.ALLOWED);
        continue;
      }
      int number = 0;
      for (String line : TextFile.lines(Path.of(text))) {
        number++;
        String[] words = line.replaceAll("#.*$", "").trim().split("\\s+", -1);
        if (words[0].isEmpty()) {
          continue;
        }
        try {
          access =
              access.with(Prefix.parse(words[0]), access(words.length > 1 ? words[1] : "allow"));
        } catch (IllegalArgumentException e) {
          throw new IOException(text + ":" + number + ": " + e.getMessage(), e);
        }
      }
    }
    return access;
  }

  private static Prefix network(String text) {
    try {
      return Prefix.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--acl " + text + ": neither a network, as 192.0.2.0/24, nor a file", e);
    }
  }

  private static AccessList.Access access(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "allow" -> AccessList.Access.ALLOWED;
      case "snoop" -> AccessList.Access.ALLOWED_WITH_CACHE;
      case "refuse" -> AccessList.Access.REFUSED;
      case "drop" -> AccessList.Access.DROPPED;
      default ->
          throw new IllegalArgumentException(
              "'" + word + "' is none of allow, snoop, refuse, drop");
    };
  }

  private LocalData local(Root root) throws IOException {
    var data = new LocalDataFile();
    data.specialNames();
    if (root == Root.PUBLIC) {
      data.privateReverseZones();
    }
    for (String text : localData) {
      if (Files.isRegularFile(Path.of(text))) {
        data.read(Path.of(text));
      } else if (text.contains(" ")) {
        data.line(text);
      } else {
        throw new IOException(text + ": no such file");
      }
    }
    localZones.forEach(
        text -> data.zone(OptionRules.parsed("--local-zone", text, LocalZone::parse)));
    return data.data();
  }
}
