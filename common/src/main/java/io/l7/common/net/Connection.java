package io.l7.common.net;

import io.l7.common.framing.BufferPool;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireException.Draining;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.TimedOut;
import io.l7.common.framing.WireReader;
import io.l7.common.framing.WireWriter;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One conversation over a stream, plain or under TLS. It belongs to one thread; only {@link
 * #drain}, {@link #close} and the sweeper come from others.
 *
 * <p>Deadlines cover a whole phase, however often an octet comes. When one passes, reading throws
 * {@link TimedOut} from then on, while last words can still be written for {@link #LAST_WORDS}.
 */
public final class Connection implements AutoCloseable {
  /** How long a session may still write after its input was stopped; then the socket is closed. */
  public static final Duration LAST_WORDS = Duration.ofSeconds(2);

  /** For one look whether the peer is there. */
  private static final Duration LOOK = Duration.ofMillis(1);

  /** What a peer may say ahead of its turn before we look no more. */
  private static final int AHEAD_OCTETS = 4 << 10;

  private final String id;
  private final Socket raw;
  private final Sweeper sweeper;
  private final ConnectionLimits limits;
  private final Recording recording;
  private final WireReader in;
  private final WireWriter out;
  private final InetSocketAddress local;
  private InetSocketAddress peer;
  private @Nullable SSLSocket tls;

  private final Patience patience = new Patience();
  private final Scope phase = this::clearDeadline;
  private @Nullable FileTransfer files;
  private boolean outputEnded;
  private volatile boolean closed;

  Connection(
      String id,
      Event.Side side,
      Socket raw,
      Sweeper sweeper,
      ConnectionLimits limits,
      BufferPool buffers,
      Transcript transcript)
      throws IOException {
    this.id = id;
    this.raw = raw;
    this.sweeper = sweeper;
    this.limits = limits;
    this.recording = new Recording(transcript, id, side);
    this.peer = (InetSocketAddress) raw.getRemoteSocketAddress();
    this.local = (InetSocketAddress) raw.getLocalSocketAddress();
    this.in = new WireReader(new PatientInput(raw.getInputStream(), patience, recording));
    this.out = new WireWriter(recording.sink(raw.getOutputStream()), buffers);
    sweeper.add(this);
    recording.opened(local, peer);
  }

  /** What the peer says. */
  public WireReader in() {
    return in;
  }

  /** What we say; nothing leaves before a flush. */
  public WireWriter out() {
    return out;
  }

  /** The other end: behind a trusted proxy the client it named. */
  public InetSocketAddress peer() {
    return peer;
  }

  void peer(InetSocketAddress named) {
    peer = named;
  }

  /** This end. */
  public InetSocketAddress local() {
    return local;
  }

  /** The name of this connection in logs and transcripts. */
  public String id() {
    return id;
  }

  /** The TLS session, once there is one. */
  public Optional<SSLSession> tls() {
    return tls == null ? Optional.empty() : Optional.of(tls.getSession());
  }

  /** The protocol chosen by ALPN (RFC 7301), if one was. */
  public Optional<String> applicationProtocol() {
    var chosen = tls == null ? null : tls.getApplicationProtocol();
    return chosen == null || chosen.isEmpty() ? Optional.empty() : Optional.of(chosen);
  }

  /** Whether the server wants to stop: end the session at the next boundary. */
  public boolean draining() {
    return patience.isDraining();
  }

  /**
   * From now until {@link #clearDeadline()} the peer has {@code limit} in all for {@code phase},
   * and up to two looks of the sweeper more.
   */
  public void deadline(Duration limit, String phase) {
    patience.begin(limit, phase);
  }

  /** {@link #deadline(Duration, String)} until the returned scope is closed. */
  public Scope within(Duration limit, String name) {
    deadline(limit, name);
    return phase;
  }

  /** No phase is being timed any more. */
  public void clearDeadline() {
    patience.end();
  }

  /**
   * Waits at a boundary between two messages, after a flush. Here, and only here, a drain may end
   * the session at once; a message that has begun is read to its end.
   *
   * @param limit how long the peer may be silent
   * @return whether there is input; false at a clean end of the stream
   * @throws Draining the server stops: say the last words
   * @throws TimedOut the peer was silent for too long
   */
  public boolean awaitInput(Duration limit) throws IOException {
    if (in.buffered() > 0) return true;
    if (out.pending() > 0) out.flush();
    deadline(limit, "next message");
    patience.idle(true);
    try {
      if (patience.isDraining()) throw new Draining();
      return in.ensure(1);
    } finally {
      patience.idle(false);
      clearDeadline();
    }
  }

  /** {@link #awaitInput(Duration)} with the server's idle limit. */
  public boolean awaitInput() throws IOException {
    return awaitInput(limits.idle());
  }

  /**
   * Limits each single read, where a protocol goes on after a silence; zero takes the limit away.
   * Costs throughput: for whole phases use {@link #deadline}.
   */
  public void readTimeout(Duration limit) throws IOException {
    (tls == null ? raw : tls).setSoTimeout(Math.toIntExact(limit.toMillis()));
  }

  /**
   * Looks whether the peer has ended its side or the connection broke, while it is ours to speak;
   * what it says ahead of its turn stays to be read. Waits a few milliseconds at most.
   *
   * @return false once the peer can say no more; true too when it has said so much ahead that
   *     nobody knows
   */
  public boolean isPeerThere() throws IOException {
    if (in.buffered() >= AHEAD_OCTETS) return true;
    readTimeout(LOOK);
    try {
      return in.fill() >= 0;
    } catch (TimedOut e) {
      if (patience.isStopped()) throw e;
      return true;
    } finally {
      readTimeout(Duration.ZERO);
    }
  }

  /**
   * Begins TLS as the server. Plaintext that was pipelined behind the request to do so is refused:
   * it could have been injected (CVE-2011-0411).
   *
   * @throws Malformed there was such plaintext, or the handshake made no sense
   */
  public void startTls(TlsIdentity identity) throws IOException {
    if (in.buffered() > 0) throw new Malformed("plaintext behind the request to start TLS");
    out.flush();
    secure(identity, new GuardedSocket(raw, patience::isStopped, new byte[0]));
  }

  /**
   * Begins TLS as the server where that is to be spoken from the first octet on: what came together
   * with the header of a proxy belongs to it.
   *
   * @return false when the peer speaks something else, which waits to be read
   */
  boolean begin(TlsIdentity identity) throws IOException {
    byte[] ahead = in.peek(in.buffered());
    in.advance(ahead.length);
    var guarded = new GuardedSocket(raw, patience::isStopped, ahead);
    if (!patience.handshake(limits.handshake(), guarded::offersTls)) {
      in.switchTo(new PatientInput(guarded.getInputStream(), patience, recording));
      return false;
    }
    secure(identity, guarded);
    return true;
  }

  private void secure(TlsIdentity identity, GuardedSocket guarded) throws IOException {
    secure(identity.serverSocket(guarded));
    guarded.forbidRenegotiation();
  }

  /**
   * Begins TLS as the client and verifies that the server is {@code host}.
   *
   * @throws Malformed the server said something in plaintext that was not asked for
   */
  public void startTls(TlsTrust trust, String host) throws IOException {
    if (in.buffered() > 0) throw new Malformed("plaintext ahead of the TLS handshake");
    out.flush();
    var guarded = new GuardedSocket(raw, patience::isStopped, new byte[0]);
    secure(trust.clientSocket(guarded, host, peer.getPort()));
  }

  private void secure(SSLSocket socket) throws IOException {
    patience.handshake(
        limits.handshake(),
        () -> {
          socket.startHandshake();
          return true;
        });
    tls = socket;
    in.switchTo(new PatientInput(socket.getInputStream(), patience, recording));
    recording.secured(socket.getSession());
    out.switchTo(recording.sink(socket.getOutputStream()));
  }

  /**
   * Sends part of a file after what is pending: without a copy or in large pieces, as {@link
   * FileWay} says, when the connection is plain. A file that is not in memory is read on threads of
   * the disk.
   *
   * @return how many octets were sent; fewer than {@code count} when the file is shorter
   */
  public long transfer(FileChannel file, long position, long count) throws IOException {
    return transfer(file, Optional.empty(), position, count);
  }

  /**
   * {@link #transfer(FileChannel, long, long)}, from a mapping of the whole file where that is the
   * better way.
   */
  public long transfer(FileChannel file, Optional<MemorySegment> mapped, long position, long count)
      throws IOException {
    if (recording.wanted()) {
      out.flush(); // by the way that is recorded
      recording.note("file, " + count + " octets from " + position);
    }
    if (files == null) files = new FileTransfer(raw, out);
    return tls == null
        ? files.plain(file, mapped, position, count)
        : files.wrapped(file, position, count);
  }

  /**
   * Sends buffers after what is pending, each from its position to its limit: in one call with it
   * when the connection is plain and not recorded; then from direct buffers without a copy, and
   * from a single one on the heap with one.
   */
  public void send(ByteBuffer... parts) throws IOException {
    var channel = raw.getChannel();
    if (tls == null && channel != null && !recording.wanted()) {
      FileTransfer.together(out, parts, channel, FileTransfer.Room.of(raw));
    } else {
      out.flush();
      FileTransfer.byCopy(parts, out);
    }
  }

  /** Writes a remark to the transcript. */
  public void note(String text) {
    recording.note(text);
  }

  /** Whether a transcript hears what is said. */
  public boolean recorded() {
    return recording.wanted();
  }

  /**
   * From now on transcripts hear by {@link #tell} what is said, in place of its octets: for
   * protocols that are not text.
   */
  public void narrate() {
    recording.narrate();
  }

  /**
   * Tells transcripts what was said, after {@link #narrate}. Safe from any thread.
   *
   * @param by who said it
   * @param text whole lines, each with CR LF
   */
  public void tell(Event.Side by, String text) {
    recording.tell(by, text);
  }

  /** While the returned scope is open, what is said stands in transcripts as {@code ****}. */
  public Scope masked() {
    return recording.masked();
  }

  /**
   * Flushes and says that nothing more will come. What the peer still sends can be read for a
   * moment.
   */
  public void endOutput() throws IOException {
    flush();
    deadline(limits.linger(), "last octets");
    if (outputEnded) return;
    outputEnded = true;
    if (tls != null) tls.shutdownOutput();
    else raw.shutdownOutput();
  }

  /**
   * Closes gracefully: flushes, says that nothing more will come, and listens a moment for what the
   * peer still sends, since closing over unread octets would destroy our last words on their way.
   */
  public void finish() throws IOException {
    if (closed) return;
    try {
      flush();
      if (in.atEnd()) return;
      endOutput();
      discard(raw.getInputStream());
    } catch (WireException e) {
      // the peer had its time
    } finally {
      close();
    }
  }

  /** Whoever takes nothing for as long as a peer may be idle is gone. */
  private void flush() throws IOException {
    if (out.pending() > 0) {
      try (var _ = within(limits.idle(), "the peer to read")) {
        out.flush();
      }
    }
  }

  private void discard(InputStream rest) throws IOException {
    var scratch = new byte[4096];
    int discarded = 0;
    while (discarded < limits.lingerOctets()) {
      int count = rest.read(scratch);
      if (count < 0) return;
      discarded += count;
    }
  }

  /**
   * Closes at once and so that the peer sees a fault, where an end of the stream would pass for the
   * end of a message.
   */
  public void reset() {
    try {
      raw.setSoLinger(true, 0);
    } catch (IOException e) {
      // a network without: it closes as it can
    }
    close();
  }

  /** Closes at once. Safe from any thread, any number of times. */
  @Override
  public void close() {
    if (closed) return;
    closed = true;
    sweeper.remove(this);
    try {
      raw.close();
    } catch (IOException e) {
      // it is closed as far as we are concerned
    }
    recording.closed();
  }

  /**
   * For a session that waits at no boundary: what is to be done when the server wants to stop, at
   * once where it does already. Must not wait, the thread is the server's.
   */
  public void whenDraining(Runnable task) {
    patience.whenDraining(task);
  }

  /** Asks the session to end at the next boundary. */
  void drain() {
    patience.drain();
  }

  /** Wakes a session that was asked to end and waits at a boundary. */
  void stopIdle() {
    if (patience.isToBeWoken()) stopInput();
  }

  /** Wakes the session wherever it reads; it may still say its last words. */
  void stopInput() {
    if (!patience.stop(LAST_WORDS)) return;
    try {
      raw.shutdownInput();
    } catch (IOException e) {
      close();
    }
  }

  void sweep(long now) {
    stopIdle();
    if (patience.expires(now)) stopInput();
    if (patience.isOver(now)) close();
  }

  @Override
  public String toString() {
    return id + " " + Endpoint.of(peer);
  }
}
