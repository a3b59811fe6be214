package io.l7.common.link;

import io.l7.common.net.WrappedSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose octets leave when the links say so. What is written waits in a send buffer of
 * bounded size, as in a kernel, and a virtual thread hands it on when its time has come. It has no
 * channel: nothing may go round the link.
 */
final class LinkSocket extends WrappedSocket {
  /** Octets under way before a writer has to wait: the send buffer. */
  private static final int WINDOW = 256 * 1024;

  /** Octets handed on at once: small enough that connections sharing a wire take turns. */
  private static final int SEGMENT = 8 * 1024;

  /**
   * How long a closed socket waits for a peer that takes nothing more, as a kernel gives up an
   * orphan in the end: without it two ends that close and do not read would wait for each other.
   */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /** Real nanoseconds between two looks at the link's time and state. */
  private static final long LOOK = 20_000_000;

  private final InetAddress from;
  private final InetAddress to;
  private final Links links;
  private final LinkedBlockingQueue<Segment> underWay = new LinkedBlockingQueue<>();
  private final Semaphore window = new Semaphore(WINDOW);
  private final Output output = new Output();
  private final Thread carrier;
  private volatile @Nullable IOException failure;
  private volatile boolean closing;
  private volatile boolean writing;
  private volatile long handedOn;

  /** Octets and when they arrive; the end of the stream has none. */
  private record Segment(byte[] octets, long arrival) {}

  LinkSocket(Socket raw, InetAddress from, InetAddress to, Links links) throws IOException {
    super(raw);
    this.from = from;
    this.to = to;
    this.links = links;
    this.carrier =
        Thread.ofVirtual()
            .name("link-" + from.getHostAddress() + "-" + to.getHostAddress())
            .start(this::carry);
  }

  private void carry() {
    try {
      var out = raw.getOutputStream();
      long handed = 0;
      while (true) {
        var segment = underWay.take();
        waitUntil(segment.arrival);
        if (segment.octets.length == 0) {
          raw.shutdownOutput();
          return;
        }
        writing = true;
        out.write(segment.octets);
        writing = false;
        handed += segment.octets.length;
        handedOn = handed;
        window.release(segment.octets.length);
      }
    } catch (IOException e) {
      failure = e;
      window.release(WINDOW); // wake a writer, to find the failure
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void waitUntil(long arrival) throws InterruptedException, IOException {
    var path = links.path(from, to);
    while (true) {
      long left = arrival - links.time().nanos();
      if (left <= 0 && !path.isCut()) return;
      if (closing && path.isCut()) throw new SocketException("link is cut");
      // No longer than a look takes: the time may be one that a test moves, or the link be cut.
      LockSupport.parkNanos(path.isCut() ? LOOK : Math.min(left, LOOK));
      if (Thread.interrupted()) throw new InterruptedException();
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      for (int done = 0; done < length; ) {
        int part = Math.min(SEGMENT, length - done);
        requireOpen(); // else who tries again and again would find the window used up, and wait
        window.acquireUninterruptibly(part);
        requireOpen();
        var octets = Arrays.copyOfRange(source, offset + done, offset + done + part);
        underWay.add(new Segment(octets, links.arrival(from, to, part)));
        done += part;
      }
    }

    private void requireOpen() throws IOException {
      var failed = failure;
      if (failed != null) throw new SocketException("link: " + failed.getMessage());
      if (closing) throw new SocketException("Socket closed");
    }

    @Override
    public void close() throws IOException {
      LinkSocket.this.close();
    }
  }

  @Override
  public OutputStream getOutputStream() {
    return output;
  }

  @Override
  public void shutdownOutput() {
    underWay.add(new Segment(new byte[0], links.arrival(from, to, 0)));
  }

  /** What is under way still arrives, as after a close in a kernel, unless the link is cut. */
  @Override
  public void close() throws IOException {
    if (closing) return;
    closing = true;
    window.release(WINDOW);
    if (underWay.isEmpty() && window.availablePermits() >= WINDOW) {
      carrier.interrupt();
      raw.close();
      return;
    }
    shutdownOutput();
    Thread.ofVirtual().name("link-close").start(this::linger);
  }

  private void linger() {
    try {
      long before;
      do {
        before = handedOn;
      } while (!carrier.join(LINGER) && !(writing && handedOn == before));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeRaw(); // a carrier that is stuck in a write ends by it
    }
  }

  private void closeRaw() {
    try {
      raw.close();
    } catch (IOException e) {
      // it is closed as far as we are concerned
    }
  }

  @Override
  public boolean isClosed() {
    return closing;
  }
}
