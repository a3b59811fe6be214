package io.l7.cli.dns;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.message.Name;
import io.l7.dns.tsig.KeyFile;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The zones a server answers for, and who may change and copy them. */
final class ZoneOptions {
  @Option(names = "--zone", paramLabel = "NAME=FILE", description = "Serve this zone; repeatable.")
  private List<String> zones = List.of();

  @Option(
      names = "--secondary",
      paramLabel = "NAME=HOST:PORT",
      description = "Keep a copy of this zone after its primary; repeatable.")
  private List<String> secondaries = List.of();

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
      description = "Sign requests to primaries with this key.")
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
      names = "--routes",
      paramLabel = "FILE",
      description = "Answers that depend on who asks and who is up.")
  private @Nullable Path routes;

  boolean isEmpty() {
    return zones.isEmpty() && secondaries.isEmpty();
  }

  HostedZones open(Scheduler scheduler) throws IOException {
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
        networks.add(Cidr.parse(text));
      }
    }
    Optional<TsigKey> requestKey =
        transferKey == null ? Optional.empty() : KeyFile.read(transferKey).stream().findFirst();
    requestKey.ifPresent(keys::add);
    var sources = new ArrayList<HostedZones.ZoneSource>();
    for (String text : zones) {
      ZoneArgument zone = ZoneArgument.parse(text);
      sources.add(new HostedZones.ZoneSource(zone.name(), zone.file()));
    }
    var options =
        new HostedZones.Options(
            sources,
            secondaries.stream().map(ZoneOptions::secondary).toList(),
            keys.stream().distinct().toList(),
            updates,
            new AccessList(networks, transferKeys),
            requestKey,
            Optional.ofNullable(signWith),
            toNotify,
            Optional.ofNullable(routes));
    return HostedZones.open(options, scheduler);
  }

  private static HostedZones.SecondarySource secondary(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("'" + text + "' is not NAME=HOST:PORT");
    }
    Name name = Name.parse(text.substring(0, equals));
    return new HostedZones.SecondarySource(
        name, List.of(Endpoint.parse(text.substring(equals + 1))), Optional.empty());
  }
}
