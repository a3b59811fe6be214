package io.l7.bittorrent;

import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.dht.DhtServer;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.lsd.LsdSettings;
import io.l7.bittorrent.peer.NodeSettings;
import io.l7.bittorrent.peer.PeerLimits;
import io.l7.bittorrent.peer.PeerNode;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A peer: downloads and seeds any number of torrents behind one listener.
 *
 * <pre>{@code
 * try (var peer = Peer.builder().listen(Endpoint.parse("127.0.0.1:0")).start();
 *     var torrent = peer.add(TorrentSpec.of(Metainfo.read(file), folder))) {
 *   torrent.await(Duration.ofMinutes(5));
 * }
 * }</pre>
 */
public final class Peer implements AutoCloseable {
  private final PeerNode node;

  private Peer(PeerNode node) {
    this.node = node;
  }

  /** Begins to describe a peer. */
  public static Builder builder() {
    return new Builder();
  }

  /** Joins a torrent; its content is checked first, on a thread of its own. */
  public Torrent add(TorrentSpec spec) {
    return new Torrent(node.add(spec));
  }

  /** Where it takes connections. */
  public List<InetSocketAddress> addresses() {
    return node.addresses();
  }

  /** The first address where it takes connections. */
  public InetSocketAddress address() {
    return node.addresses().getFirst();
  }

  /** Where its node of the DHT is; nowhere when it has none. */
  public List<InetSocketAddress> dhtAddresses() {
    return node.dht().map(DhtServer::addresses).orElse(List.of());
  }

  /** Leaves every swarm and stops listening. */
  @Override
  public void close() {
    node.close();
  }

  /** Describes a peer; for one thread. */
  public static final class Builder {
    private final List<Endpoint> listen = new ArrayList<>();
    private OptionalLong upRate = OptionalLong.empty();
    private OptionalLong downRate = OptionalLong.empty();
    private Network network = Network.real();
    private HostResolver names = host -> List.of(InetAddress.getAllByName(host));
    private Disk disk = Disk.real();
    private Metrics metrics = new Metrics();
    private Transcript transcript = Transcript.none();
    private PeerLimits limits = PeerLimits.DEFAULT;
    private WireLimits wire = WireLimits.DEFAULT;
    private StorageLimits storage = StorageLimits.DEFAULT;
    private AnnounceLimits announce = AnnounceLimits.DEFAULT;
    private Optional<DhtSettings> dht = Optional.empty();
    private Optional<LsdSettings> lsd = Optional.empty();

    private Builder() {}

    /** Takes connections here; 127.0.0.1 and any free port otherwise. May be called repeatedly. */
    public Builder listen(Endpoint endpoint) {
      listen.add(endpoint);
      return this;
    }

    /** Uploads at most so many bytes a second in all. */
    public Builder upRate(long bytesPerSecond) {
      upRate = OptionalLong.of(bytesPerSecond);
      return this;
    }

    /** Downloads at most so many bytes a second in all. */
    public Builder downRate(long bytesPerSecond) {
      downRate = OptionalLong.of(bytesPerSecond);
      return this;
    }

    /** Sets the network; the real one otherwise. */
    public Builder network(Network seam) {
      network = seam;
      return this;
    }

    /** Resolves tracker names by this; the machine's resolver otherwise. */
    public Builder names(HostResolver resolver) {
      names = resolver;
      return this;
    }

    /** Sets the disk the resume records are kept on. */
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

    /** Sets the limits of peers. */
    public Builder limits(PeerLimits bounds) {
      limits = bounds;
      return this;
    }

    /** Sets the limits of one connection. */
    public Builder wire(WireLimits bounds) {
      wire = bounds;
      return this;
    }

    /** Sets the limits of files and buffers. */
    public Builder storage(StorageLimits bounds) {
      storage = bounds;
      return this;
    }

    /** Sets the limits of asking trackers. */
    public Builder announce(AnnounceLimits bounds) {
      announce = bounds;
      return this;
    }

    /** Finds peers in the DHT too, by a node of its own; it has none otherwise. */
    public Builder dht(DhtSettings settings) {
      dht = Optional.of(settings);
      return this;
    }

    /** Finds peers on its local networks too (BEP 14); it does not otherwise. */
    public Builder lsd(LsdSettings settings) {
      lsd = Optional.of(settings);
      return this;
    }

    /** Opens the listeners. */
    public Peer start() throws IOException {
      var endpoints =
          listen.isEmpty() ? List.of(new Endpoint("127.0.0.1", 0)) : List.copyOf(listen);
      return new Peer(
          PeerNode.start(
              new NodeSettings(
                  endpoints,
                  upRate,
                  downRate,
                  network,
                  names,
                  disk,
                  metrics,
                  transcript,
                  limits,
                  wire,
                  storage,
                  announce,
                  dht,
                  lsd)));
    }
  }
}
