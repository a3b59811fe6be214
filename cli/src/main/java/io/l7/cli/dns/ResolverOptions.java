package io.l7.cli.dns;

import io.l7.cli.OptionRules;
import io.l7.common.net.Endpoint;
import io.l7.dns.Resolver;
import io.l7.dns.ResolverBuilder;
import io.l7.dns.message.Name;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import io.l7.dns.resolver.RecordFile;
import io.l7.dns.transport.UpstreamMap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How names are resolved: the options that {@code serve}, {@code query} and {@code explain} share.
 */
final class ResolverOptions {
  private static final long STARTED = System.nanoTime();

  @Option(
      names = "--root-hints",
      paramLabel = "FILE",
      description = "Root servers as zone text (default: those of IANA).")
  private @Nullable Path rootHints;

  @Option(
      names = "--trust-anchor",
      paramLabel = "FILE",
      description = "DS or DNSKEY records, one a line (default: those of IANA for its root).")
  private @Nullable Path trustAnchor;

  @Option(
      names = "--upstream-map",
      paramLabel = "FILE",
      description = "Lines 'IP HOST:PORT': where to dial for a name server's address.")
  private @Nullable Path upstreamMap;

  @Option(
      names = "--forward",
      paramLabel = "HOST:PORT",
      description = "Ask this resolver instead of walking down from the root.")
  private @Nullable Endpoint forward;

  @Option(
      names = "--forward-zone",
      paramLabel = "NAME=HOST:PORT",
      description = "Ask this resolver for one part of the tree; repeatable.")
  private List<String> forwardZones = List.of();

  @Option(
      names = "--stub-zone",
      paramLabel = "NAME=HOST:PORT",
      description = "Ask this authoritative server for one part of the tree; repeatable.")
  private List<String> stubZones = List.of();

  @Option(
      names = "--negative-trust-anchor",
      paramLabel = "NAME",
      description = "Do not validate at and below this name; repeatable.")
  private List<String> negative = List.of();

  @Option(
      names = "--clock",
      paramLabel = "EPOCH",
      description = "Start the engine's clock at this time, in seconds since 1970.")
  private @Nullable Long clock;

  @Option(
      names = "--without",
      paramLabel = "FEATURE",
      description = "Leave out: ${COMPLETION-CANDIDATES}; repeatable.")
  private List<Feature> without = List.of();

  @Option(
      names = "--with",
      paramLabel = "FEATURE",
      description = "Add: LOOPBACK_SERVERS, ALGORITHM_DOWNGRADE_PROTECTION; repeatable.")
  private List<Feature> with = List.of();

  /** Whether something was said of where to resolve from. */
  boolean given() {
    return rootHints != null || forward != null;
  }

  /**
   * Looks for two who are both to be asked first.
   *
   * @param server the one behind the @
   * @throws IllegalArgumentException there are two
   */
  void check(Optional<Endpoint> server) {
    if (server.isPresent() && given()) {
      throw new IllegalArgumentException(
          "@HOST and " + (forward == null ? "--root-hints" : "--forward") + " exclude each other");
    }
  }

  /**
   * Looks for what would come to nothing where names are not resolved.
   *
   * @throws IllegalArgumentException there is something
   */
  void check(boolean resolves) {
    OptionRules.isFor("--forward-zone", !forwardZones.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--stub-zone", !stubZones.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--negative-trust-anchor", !negative.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--with", !with.isEmpty(), "--recursive", resolves);
    OptionRules.isFor("--without", !without.isEmpty(), "--recursive", resolves);
  }

  /**
   * What is said for nothing where names are not resolved, and is harmless: scripts that give all
   * their servers the same options are served on.
   */
  List<String> idle() {
    var idle = new ArrayList<String>();
    if (trustAnchor != null) {
      idle.add("--trust-anchor");
    }
    if (upstreamMap != null) {
      idle.add("--upstream-map");
    }
    return idle;
  }

  /** The configured trust anchors, or those of IANA. */
  List<ResourceRecord> anchors() throws IOException {
    return trustAnchor == null ? RecordFile.rootAnchors() : RecordFile.anchors(trustAnchor);
  }

  /** Whether names are resolved from the public root, as far as that is said. */
  ServiceOptions.Root root() {
    return rootHints == null && forward == null && forwardZones.isEmpty() && stubZones.isEmpty()
        ? ServiceOptions.Root.PUBLIC
        : ServiceOptions.Root.OWN;
  }

  ResolverBuilder builder() throws IOException {
    ResolverBuilder builder = Resolver.builder().clock(clock());
    if (rootHints != null) {
      builder.rootHints(rootHints);
    }
    if (trustAnchor != null) {
      builder.trustAnchor(trustAnchor);
    }
    if (upstreamMap != null) {
      builder.upstreamMap(UpstreamMap.read(upstreamMap));
    }
    Optional.ofNullable(forward).ifPresent(builder::forward);
    for (String zone : forwardZones) {
      builder.forward(zoneOf(zone), serverOf(zone));
    }
    for (String zone : stubZones) {
      builder.stub(zoneOf(zone), serverOf(zone));
    }
    negative.forEach(name -> builder.negativeTrustAnchor(Name.parse(name)));
    without.forEach(builder::without);
    with.forEach(builder::with);
    return builder;
  }

  /** The engine's clock; one for all that asks. */
  InstantSource clock() {
    if (clock == null) {
      return InstantSource.system();
    }
    long start = clock * 1000;
    long from = STARTED;
    return () -> Instant.ofEpochMilli(start + (System.nanoTime() - from) / 1_000_000);
  }

  private static Name zoneOf(String text) {
    return Name.parse(text.substring(0, equalsAt(text)));
  }

  private static Endpoint serverOf(String text) {
    return Endpoint.parse(text.substring(equalsAt(text) + 1), UpstreamMap.DNS_PORT);
  }

  private static int equalsAt(String text) {
    int at = text.indexOf('=');
    if (at < 1) {
      throw new IllegalArgumentException("'" + text + "' is not NAME=HOST:PORT");
    }
    return at;
  }
}
