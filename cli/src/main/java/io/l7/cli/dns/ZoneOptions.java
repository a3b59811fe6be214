package io.l7.cli.dns;

import static io.l7.cli.OptionRules.isFor;

import io.l7.cli.OptionRules;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.authority.PolicySource;
import io.l7.dns.message.Name;
import io.l7.dns.policy.Policies;
import io.l7.dns.tsig.KeyFile;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The zones a server answers for, and who may change and copy them. */
final class ZoneOptions {
  @Option(names = "--zone", paramLabel = "NAME=FILE", description = "Serve this zone; repeatable.")
  private List<String> zones = List.of();

  @Option(
      names = "--secondary",
      paramLabel = "NAME=HOST:PORT[,HOST:PORT...]",
      description = "Keep a copy of this zone after its primaries; repeatable.")
  private List<String> secondaries = List.of();

  @Option(
      names = "--secondary-dir",
      paramLabel = "DIR",
      description = "Where those copies outlive a restart (default: in memory alone).")
  private @Nullable Path secondaryDir;

  @Option(
      names = "--allow-update",
      paramLabel = "KEYFILE",
      description = "Take dynamic updates signed with a key of this file.")
  private @Nullable Path allowUpdate;

  @Option(
      names = "--update-policy",
      paramLabel = "FILE",
      description = "Which key may change what (default: everything).")
  private @Nullable Path updatePolicy;

  @Option(
      names = "--allow-transfer",
      paramLabel = "CIDR|KEYFILE",
      description = "Who may transfer zones: a network, or a key of a file; repeatable.")
  private List<String> allowTransfer = List.of();

  @Option(
      names = "--transfer-key",
      paramLabel = "KEYFILE",
      description =
          "Sign requests to primaries with this key, and take no NOTIFY that is not signed with"
              + " it.")
  private @Nullable Path transferKey;

  @Option(
      names = "--sign-with",
      paramLabel = "DIR",
      description = "Keep the zones signed with the keys in this folder, made when it is empty.")
  private @Nullable Path signWith;

  @Option(
      names = "--notify",
      paramLabel = "HOST:PORT",
      description = "Tell this secondary of changes; repeatable.")
  private List<Endpoint> toNotify = List.of();

  @Option(
      names = "--notify-key",
      paramLabel = "KEYFILE",
      description = "Sign what secondaries are told with this key.")
  private @Nullable Path notifyKey;

  @Option(
      names = "--routes",
      paramLabel = "FILE",
      description = "Answers that depend on who asks and who is up.")
  private @Nullable Path routes;

  boolean isEmpty() {
    return zones.isEmpty() && secondaries.isEmpty();
  }

  /**
   * Looks for options that would come to nothing.
   *
   * @throws IllegalArgumentException there is one
   */
  void check(PolicyOptions policies) {
    boolean primary = !zones.isEmpty();
    boolean copies = !secondaries.isEmpty();
    boolean fetches = copies || !policies.isEmpty();
    isFor("--secondary-dir", secondaryDir != null, "--secondary or --rpz", fetches);
    isFor("--transfer-key", transferKey != null, "--secondary or --rpz", fetches);
    isFor("--update-policy", updatePolicy != null, "--allow-update", allowUpdate != null);
    isFor("--allow-update", allowUpdate != null, "--zone", primary);
    isFor("--sign-with", signWith != null, "--zone", primary);
    isFor("--routes", routes != null, "--zone or --secondary", primary || copies);
    isFor("--notify-key", notifyKey != null, "--notify", !toNotify.isEmpty());
    isFor("--notify", !toNotify.isEmpty(), "--zone or --secondary", primary || copies);
    isFor("--allow-transfer", !allowTransfer.isEmpty(), "--zone or --secondary", primary || copies);
  }

  HostedZones open(Scheduler scheduler, Metrics metrics, PolicyOptions policies, Policies inForce)
      throws IOException {
    var keys = new ArrayList<TsigKey>();
    UpdatePolicy updates = UpdatePolicy.none();
    if (allowUpdate != null) {
      List<TsigKey> mayUpdate = KeyFile.read(allowUpdate);
      keys.addAll(mayUpdate);
      updates =
          updatePolicy != null ? UpdatePolicy.read(updatePolicy) : UpdatePolicy.allowing(mayUpdate);
    }
    var networks = new ArrayList<Cidr>();
    Set<Name> transferKeys = new HashSet<>();
    for (String text : allowTransfer) {
      if (Files.isRegularFile(Path.of(text))) {
        List<TsigKey> mayTransfer = KeyFile.read(Path.of(text));
        keys.addAll(mayTransfer);
        mayTransfer.forEach(key -> transferKeys.add(key.name()));
      } else {
        networks.add(network(text));
      }
    }
    Optional<TsigKey> requestKey = firstKey(transferKey);
    requestKey.ifPresent(keys::add);
    var sources = new ArrayList<HostedZones.ZoneSource>();
    for (String text : zones) {
      ZoneArgument zone = OptionRules.parsed("--zone", text, ZoneArgument::parse);
      sources.add(new HostedZones.ZoneSource(zone.name(), zone.file()));
    }
    var options =
        new HostedZones.Options(
            sources,
            copies(),
            keys.stream().distinct().toList(),
            updates,
            new AccessList(networks, transferKeys),
            requestKey,
            Optional.ofNullable(signWith),
            toNotify,
            firstKey(notifyKey),
            Optional.ofNullable(routes));
    List<PolicySource> rules = policies.sources(this::copyOf);
    return HostedZones.open(options.withPolicies(rules, inForce), scheduler, metrics);
  }

  private static Cidr network(String text) {
    try {
      return Cidr.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--allow-transfer " + text + ": neither a network, as 192.0.2.0/24, nor a file", e);
    }
  }

  private static Optional<TsigKey> firstKey(@Nullable Path file) throws IOException {
    return file == null ? Optional.empty() : KeyFile.read(file).stream().findFirst();
  }

  private List<HostedZones.SecondarySource> copies() throws IOException {
    if (secondaryDir != null) {
      Files.createDirectories(secondaryDir);
    }
    return secondaries.stream()
        .map(text -> OptionRules.parsed("--secondary", text, this::secondary))
        .toList();
  }

  private HostedZones.SecondarySource secondary(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + text + "' is not NAME=HOST:PORT");
    }
    Name name = Name.parse(text.substring(0, equals));
    List<Endpoint> primaries =
        Stream.of(text.substring(equals + 1).split(",", -1)).map(Endpoint::parse).toList();
    return new HostedZones.SecondarySource(name, primaries, copyOf(name));
  }

  private Optional<Path> copyOf(Name name) {
    return Optional.ofNullable(secondaryDir).map(dir -> dir.resolve(fileName(name) + ".zone"));
  }

  /** The name in lower case, with nothing in it that a file system takes for more than a letter. */
  private static String fileName(Name name) {
    String text = name.isRoot() ? "root" : name.toString().toLowerCase(Locale.ROOT);
    return URLEncoder.encode(
        text.endsWith(".") ? text.substring(0, text.length() - 1) : text, StandardCharsets.UTF_8);
  }
}
