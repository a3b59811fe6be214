package io.l7.cli.bt;

import io.l7.bittorrent.dht.DhtSettings;
import io.l7.common.net.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command with a node of the DHT has. */
final class DhtOptions {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--dht",
      paramLabel = "HOST:PORT",
      description = "Join the DHT (BEP 5) through this node; repeatable. None is built in.")
  private List<Endpoint> nodes = new ArrayList<>();

  @Option(
      names = "--dht-state",
      paramLabel = "FILE",
      description = "Keep the DHT's table in this file, and join through its nodes the next time.")
  private Optional<Path> state = Optional.empty();

  /** Whether any of it was given. */
  boolean isWanted() {
    return !nodes.isEmpty() || state.isPresent();
  }

  /** The nodes that were named. */
  List<Endpoint> nodes() {
    return List.copyOf(nodes);
  }

  DhtSettings settings() {
    return settings(List.of());
  }

  /** With the nodes that a torrent names. */
  DhtSettings settings(List<Endpoint> named) {
    var settings = DhtSettings.DEFAULT;
    for (var node : nodes) {
      settings = settings.bootstrap(node);
    }
    for (var node : named) {
      settings = settings.bootstrap(node);
    }
    return state.map(this::writable).map(settings::state).orElse(settings);
  }

  private Path writable(Path file) {
    var beside = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || beside == null || !Files.isWritable(beside)) {
      throw new ParameterException(
          Objects.requireNonNull(command).commandLine(),
          "--dht-state: " + file + " is not a file that can be written");
    }
    return file;
  }
}
