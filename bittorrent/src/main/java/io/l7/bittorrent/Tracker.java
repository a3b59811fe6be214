package io.l7.bittorrent;

import io.l7.bittorrent.tracker.AllowList;
import io.l7.bittorrent.tracker.TrackerLimits;
import io.l7.bittorrent.tracker.TrackerServer;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * A tracker: HTTP and UDP, IPv4 and IPv6 in one process over one store.
 *
 * <pre>{@code
 * try (var tracker = Tracker.builder().http(Endpoint.parse("127.0.0.1:0")).start()) {
 *   System.out.println(tracker.announceUrl());
 * }
 * }</pre>
 */
public final class Tracker implements AutoCloseable {
  private final TrackerServer server;

  private Tracker(TrackerServer server) {
    this.server = server;
  }

  /** Begins to describe a tracker. */
  public static Builder builder() {
    return new Builder();
  }

  /** Where it listens for HTTP, in the order given; nowhere when not asked to. */
  public List<InetSocketAddress> httpAddresses() {
    return server.httpAddresses();
  }

  /** Where it listens for UDP; empty when it does not. */
  public Optional<InetSocketAddress> udpAddress() {
    return server.udpAddress();
  }

  /** The announce URL over HTTP or HTTPS, over UDP when there is neither. */
  public String announceUrl() {
    return server.announceUrl();
  }

  /** Peers known now, seeds among them. */
  public int peers() {
    return server.peers();
  }

  /** Torrents known now. */
  public int torrents() {
    return server.torrents();
  }

  /** Replaces the list of torrents that are served. */
  public void allow(AllowList list) {
    server.allow(list);
  }

  /** Stops accepting and lets answers in hand end. */
  public void drain(Duration limit) {
    server.drain(limit);
  }

  @Override
  public void close() {
    server.close();
  }

  /** Describes a tracker; for one thread. */
  public static final class Builder {
    private TrackerServer.Settings settings = TrackerServer.Settings.DEFAULT;

    private Builder() {}

    /** Listens here for HTTP; may be called more than once. */
    public Builder http(Endpoint endpoint) {
      return http(Listener.tcp(endpoint));
    }

    /** Listens here for HTTP under TLS; may be called more than once. */
    public Builder https(Endpoint endpoint, TlsIdentity identity) {
      return http(Listener.tls(endpoint, identity));
    }

    private Builder http(Listener listener) {
      settings = settings.http(listener);
      return this;
    }

    /** Listens here for UDP. */
    public Builder udp(Endpoint endpoint) {
      settings = settings.udp(endpoint);
      return this;
    }

    /** Sets the limits; {@link TrackerLimits#DEFAULT} otherwise. */
    public Builder limits(TrackerLimits limits) {
      settings = settings.limits(limits);
      return this;
    }

    /** Serves these torrents alone; all otherwise. */
    public Builder allow(AllowList list) {
      settings = settings.allow(list);
      return this;
    }

    /** Serves the torrents named in a file alone, and follows its changes. */
    public Builder allowFile(Path file) {
      settings = settings.allowFile(file);
      return this;
    }

    /** Keeps swarms in this file over restarts. */
    public Builder state(Path file) {
      settings = settings.state(file);
      return this;
    }

    /** Sets the disk the state is kept on. */
    public Builder disk(Disk disk) {
      settings = settings.disk(disk);
      return this;
    }

    /** Sets the network; the real one otherwise. */
    public Builder network(Network network) {
      settings = settings.network(network);
      return this;
    }

    /** Sets where to count. */
    public Builder metrics(Metrics metrics) {
      settings = settings.metrics(metrics);
      return this;
    }

    /** Sets where HTTP dialogues go. */
    public Builder transcript(Transcript transcript) {
      settings = settings.transcript(transcript);
      return this;
    }

    /** Sets the clock that peers expire by, in nanoseconds of any origin. */
    public Builder clock(LongSupplier nanos) {
      settings = settings.clock(nanos);
      return this;
    }

    /** Binds and serves. */
    public Tracker start() throws IOException {
      return new Tracker(TrackerServer.start(settings));
    }
  }
}
