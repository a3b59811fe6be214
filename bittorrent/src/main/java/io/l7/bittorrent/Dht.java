package io.l7.bittorrent;

import io.l7.bittorrent.dht.DhtSearch;
import io.l7.bittorrent.dht.DhtServer;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.dht.DhtStatus;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A node of the mainline DHT (BEP 5) on its own: others join through it, and it finds peers without
 * a tracker. A {@link Peer} has its own.
 *
 * <pre>{@code
 * try (var dht = Dht.builder().listen(Endpoint.parse("127.0.0.1:0")).start()) {
 *   System.out.println(dht.address());
 * }
 * }</pre>
 */
public final class Dht implements AutoCloseable {
  private final DhtServer server;

  private Dht(DhtServer server) {
    this.server = server;
  }

  /** Begins to describe a node. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where it is; two addresses when it is of both families. */
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  /** The first address where it is. */
  public InetSocketAddress address() {
    return server.addresses().getFirst();
  }

  /** How it stands. */
  public DhtStatus status() {
    return server.status();
  }

  /** How far a look-up came. */
  public enum Extent {
    /** To its end. */
    WHOLE,
    /** As far as it could in its time. */
    CUT
  }

  /**
   * What a look-up brought.
   *
   * @param peers of the torrent
   * @param end how it came to them
   * @param extent how far it came
   */
  public record Found(List<InetSocketAddress> peers, DhtSearch.End end, Extent extent) {
    public Found {
      peers = List.copyOf(peers);
    }
  }

  /** Looks for the peers of a torrent, for so long at most. */
  public Found findPeers(InfoHash infoHash, Duration limit) throws InterruptedException {
    return search(infoHash, Optional.empty(), limit);
  }

  /** Announces a peer at this machine's address, within so much time. */
  public Found announce(InfoHash infoHash, int port, Duration limit) throws InterruptedException {
    return search(infoHash, Optional.of(port), limit);
  }

  private Found search(InfoHash infoHash, Optional<Integer> announce, Duration limit)
      throws InterruptedException {
    var peers = new LinkedHashSet<InetSocketAddress>();
    var ended = new CompletableFuture<DhtSearch.End>();
    var cut =
        server.search(
            new DhtSearch(
                infoHash,
                announce,
                found -> {
                  synchronized (peers) {
                    peers.addAll(found);
                  }
                },
                ended::complete));
    var extent = Extent.WHOLE;
    try {
      ended.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      extent = Extent.CUT;
      cut.run();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
    var end = ended.join();
    synchronized (peers) {
      return new Found(List.copyOf(peers), end, extent);
    }
  }

  /** Falls silent. */
  @Override
  public void close() {
    server.close();
  }

  /** Describes a node; for one thread. */
  public static final class Builder {
    private DhtSettings settings = DhtSettings.DEFAULT;
    private Network network = Network.real();
    private HostResolver names = host -> List.of(InetAddress.getAllByName(host));
    private Disk disk = Disk.real();
    private Metrics metrics = new Metrics();
    private Transcript transcript = Transcript.none();

    private Builder() {}

    /** Where it is; 127.0.0.1 and any free port otherwise. Once for each family at most. */
    public Builder listen(Endpoint endpoint) {
      var all = new ArrayList<>(settings.listen());
      all.add(endpoint);
      settings = settings.listen(all);
      return this;
    }

    /** Joins through this node; may be called repeatedly. */
    public Builder bootstrap(Endpoint node) {
      settings = settings.bootstrap(node);
      return this;
    }

    /** With all of these; what was said before is void. */
    public Builder settings(DhtSettings all) {
      settings = all;
      return this;
    }

    /** Sets the network; the real one otherwise. */
    public Builder network(Network seam) {
      network = seam;
      return this;
    }

    /** Resolves the names of nodes by this; the machine's resolver otherwise. */
    public Builder names(HostResolver resolver) {
      names = resolver;
      return this;
    }

    /** Sets the disk its table is kept on. */
    public Builder disk(Disk port) {
      disk = port;
      return this;
    }

    /** Sets where to count. */
    public Builder metrics(Metrics registry) {
      metrics = registry;
      return this;
    }

    /** Sets where the dialogues go. */
    public Builder transcript(Transcript sink) {
      transcript = sink;
      return this;
    }

    /** Binds, and joins. */
    public Dht start() throws IOException {
      var all =
          settings.listen().isEmpty()
              ? settings.listen(List.of(new Endpoint("127.0.0.1", 0)))
              : settings;
      var world = new DhtServer.World(network, names, disk, metrics, transcript);
      return new Dht(DhtServer.start(all, world));
    }
  }
}
