package io.l7.bittorrent.dht;

import io.l7.common.net.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a node of the DHT is set up. Immutable; each setter gives another.
 *
 * @param listen where it is, at most one address of each family; beside a peer's own when empty
 * @param port beside a peer's own address; that of the peer when empty
 * @param bootstrap nodes to join through
 * @param standing whether it takes part or only asks (BEP 43)
 * @param state the file in which its table is kept from run to run
 * @param limits of it
 */
public record DhtSettings(
    List<Endpoint> listen,
    Optional<Integer> port,
    List<Endpoint> bootstrap,
    Krpc.Standing standing,
    Optional<Path> state,
    DhtLimits limits) {
  /** A node that knows nobody, and keeps nothing. */
  public static final DhtSettings DEFAULT =
      new DhtSettings(
          List.of(),
          Optional.empty(),
          List.of(),
          Krpc.Standing.FULL,
          Optional.empty(),
          DhtLimits.DEFAULT);

  public DhtSettings {
    listen = List.copyOf(listen);
    bootstrap = List.copyOf(bootstrap);
  }

  /** At these addresses, one of each family at most. */
  public DhtSettings listen(List<Endpoint> endpoints) {
    return new DhtSettings(endpoints, port, bootstrap, standing, state, limits);
  }

  /** At this port of a peer's address. */
  public DhtSettings port(int number) {
    return new DhtSettings(listen, Optional.of(number), bootstrap, standing, state, limits);
  }

  /** Joins through this node too. */
  public DhtSettings bootstrap(Endpoint node) {
    var all = new ArrayList<>(bootstrap);
    all.add(node);
    return new DhtSettings(listen, port, all, standing, state, limits);
  }

  /** Asks, and answers nobody (BEP 43): for who does not stay. */
  public DhtSettings readOnly() {
    return new DhtSettings(listen, port, bootstrap, Krpc.Standing.READ_ONLY, state, limits);
  }

  /** Keeps its table in this file. */
  public DhtSettings state(Path file) {
    return new DhtSettings(listen, port, bootstrap, standing, Optional.of(file), limits);
  }

  /** With these limits. */
  public DhtSettings limits(DhtLimits bounds) {
    return new DhtSettings(listen, port, bootstrap, standing, state, bounds);
  }
}
