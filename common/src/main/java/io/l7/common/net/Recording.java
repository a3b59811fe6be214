package io.l7.common.net;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import javax.net.ssl.SSLSession;

/**
 * What of one connection goes to a transcript; nothing, and at no cost, where none is wanted. One
 * thread at a time, but for {@link #closed}.
 */
final class Recording {
  private static final byte[] MASK = "****\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Transcript transcript;
  private final String id;
  private final Event.Side side;
  private final boolean wanted;
  private Event.Cover cover = Event.Cover.PLAIN;
  private int masks;
  private volatile boolean narrated;

  Recording(Transcript transcript, String id, Event.Side side) {
    this.transcript = transcript;
    this.id = id;
    this.side = side;
    this.wanted = transcript.wanted();
  }

  boolean wanted() {
    return wanted;
  }

  void opened(InetSocketAddress local, InetSocketAddress peer) {
    if (wanted) transcript.event(new Event.Opened(Instant.now(), id, side, local, peer));
  }

  void secured(SSLSession session) {
    cover = Event.Cover.TLS;
    if (!wanted) return;
    transcript.event(
        new Event.Secured(Instant.now(), id, session.getProtocol(), session.getCipherSuite()));
  }

  void note(String text) {
    if (wanted) transcript.event(new Event.Note(Instant.now(), id, text));
  }

  void closed() {
    if (wanted) transcript.event(new Event.Closed(Instant.now(), id));
  }

  /** Until the scope is closed, what is said stands as {@code ****}. */
  Scope masked() {
    masks++;
    return () -> masks--;
  }

  /** From now on the session tells what is said. */
  void narrate() {
    narrated = true;
  }

  /** What was said, in words. */
  void tell(Event.Side by, String text) {
    if (wanted) {
      var words = text.getBytes(StandardCharsets.UTF_8);
      transcript.event(new Event.Spoke(Instant.now(), id, by, words, cover));
    }
  }

  void received(byte[] octets, int offset, int length) {
    if (wanted)
      spoke(
          side == Event.Side.CLIENT ? Event.Side.SERVER : Event.Side.CLIENT,
          octets,
          offset,
          length);
  }

  private void spoke(Event.Side by, byte[] octets, int offset, int length) {
    if (narrated) return;
    byte[] said = masks > 0 ? MASK : Arrays.copyOfRange(octets, offset, offset + length);
    transcript.event(new Event.Spoke(Instant.now(), id, by, said, cover));
  }

  /** The socket's output, or one that records what passes. */
  OutputStream sink(OutputStream socket) {
    return wanted ? new Sink(socket) : socket;
  }

  private final class Sink extends OutputStream {
    private final OutputStream socket;

    Sink(OutputStream socket) {
      this.socket = socket;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      spoke(side, source, offset, length);
      socket.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
      socket.flush();
    }
  }
}
