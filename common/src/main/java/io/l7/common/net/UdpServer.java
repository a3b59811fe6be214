package io.l7.common.net;

import io.l7.common.metrics.Metrics;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives datagrams in a few platform threads, each with a socket of its own on the same port
 * (SO_REUSEPORT). What cannot be answered at once goes to a virtual thread through {@link #offer};
 * when too many are under way it is dropped and counted, never queued.
 */
public final class UdpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpServer.class);

  /** Octets taken of a datagram: what UDP can carry. */
  private static final int MAX_DATAGRAM = 65_535;

  private final String name;
  private final DatagramHandler handler;
  private final List<Network.DatagramPort> ports;
  private final List<Thread> receivers = new ArrayList<>();
  private final Semaphore inFlight;
  private final Metrics.Tally received;
  private final Metrics.Tally dropped;
  private final Metrics.Tally failed;
  private volatile boolean closed;

  private UdpServer(Builder builder, List<Network.DatagramPort> ports, DatagramHandler handler) {
    this.name = builder.name;
    this.handler = handler;
    this.ports = ports;
    this.inFlight = new Semaphore(builder.inFlight);
    var metrics = builder.metrics;
    this.received =
        metrics.counter("l7_udp_datagrams_received_total", "Datagrams received", "server", name);
    this.dropped =
        metrics.counter(
            "l7_udp_datagrams_dropped_total", "Datagrams dropped for want of room", "server", name);
    this.failed =
        metrics.counter(
            "l7_udp_datagrams_failed_total", "Datagrams whose handling failed", "server", name);
  }

  /** Begins to describe a server; {@code name} stands in thread names and metrics. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** How a server is described before it starts. */
  public static final class Builder {
    private final String name;
    private Endpoint endpoint = new Endpoint("127.0.0.1", 0);
    private int receivers = 1;
    private int inFlight = 10_000;
    private Network network = Network.real();
    private Metrics metrics = new Metrics();

    private Builder(String name) {
      this.name = name;
    }

    /** Sets the address; any free port of 127.0.0.1 otherwise. */
    public Builder bind(Endpoint address) {
      endpoint = address;
      return this;
    }

    /** Sets how many threads receive; one otherwise. */
    public Builder receivers(int count) {
      receivers = count;
      return this;
    }

    /** Sets how many offered datagrams may be under way; 10,000 otherwise. */
    public Builder inFlight(int count) {
      inFlight = count;
      return this;
    }

    /** Sets the network; the real one otherwise. */
    public Builder network(Network seam) {
      network = seam;
      return this;
    }

    /** Sets where to count; in a registry of its own otherwise. */
    public Builder metrics(Metrics registry) {
      metrics = registry;
      return this;
    }

    /** Binds the sockets and starts to receive. */
    public UdpServer start(DatagramHandler handler) throws IOException {
      var server =
          new UdpServer(this, network.bind(endpoint.toSocketAddress(), receivers), handler);
      for (var port : server.ports) {
        server.receivers.add(
            Thread.ofPlatform()
                .daemon()
                .name(name + "-udp-" + server.receivers.size())
                .start(() -> server.receive(port)));
      }
      return server;
    }
  }

  /** The address it receives on, with the port it got. */
  public InetSocketAddress address() {
    return ports.getFirst().address();
  }

  /**
   * Sends a datagram from the address it receives on, from any thread: for those who ask as well as
   * answer. It may be lost without an error.
   */
  public void send(byte[] source, int offset, int length, InetSocketAddress to) throws IOException {
    ports.getFirst().send(source, offset, length, to);
  }

  private void receive(Network.DatagramPort port) {
    var datagram = new Datagram(port, new byte[MAX_DATAGRAM]);
    try (var burst = port.burst()) {
      while (!closed) {
        try {
          int count = burst.receive();
          received.add(count);
          for (int i = 0; i < count; i++) {
            datagram.arrived(burst, i);
            handle(datagram);
          }
          burst.flush();
        } catch (IOException e) {
          if (closed) return;
          failed.add();
          LOG.debug("{}: {}", name, e.toString());
          LockSupport.parkNanos(
              TimeUnit.MICROSECONDS.toNanos(100)); // a lasting error must not spin
        }
      }
    } catch (IOException e) {
      if (!closed) LOG.error("{}: receiving ended", name, e);
    }
  }

  private void handle(Datagram datagram) {
    try {
      handler.handle(datagram);
    } catch (IOException e) {
      failed.add();
      LOG.debug("{}: {}", name, e.toString());
    } catch (RuntimeException | Error e) {
      failed.add();
      LOG.error("{}: a datagram's handling failed", name, e);
    }
  }

  /**
   * Runs {@code work} for a detached datagram in a virtual thread, unless too many are under way.
   *
   * @return whether it will run; if not, the drop is counted
   */
  public boolean offer(Runnable work) {
    if (!inFlight.tryAcquire()) {
      dropped.add();
      return false;
    }
    Thread.ofVirtual()
        .name(name + "-work")
        .start(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) {
                failed.add();
                LOG.error("{}: a datagram's handling failed", name, e);
              } finally {
                inFlight.release();
              }
            });
    return true;
  }

  /** Stops receiving. Work under way ends by itself. */
  @Override
  public void close() {
    closed = true;
    for (var port : ports) {
      try {
        port.close();
      } catch (IOException e) {
        LOG.debug("{}: closing: {}", name, e.toString());
      }
    }
    for (var receiver : receivers) {
      if (receiver.equals(Thread.currentThread())) continue;
      try {
        receiver.join(1_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
