package io.l7.smtp.session;

import io.l7.common.framing.WireException.Truncated;
import io.l7.common.net.Connection;
import io.l7.smtp.message.HeaderOutline;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.LineDefect;
import io.l7.smtp.protocol.LineGuard;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.store.ContentBuffer;
import io.l7.smtp.store.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the content of one mail, by DATA or by BDAT, always to its true end, whatever is wrong with
 * it; the verdict comes after. That is what keeps the dialogue in step with every client and leaves
 * nothing to smuggle.
 */
final class ContentReceiver extends OutputStream {
  private static final Logger LOG = LoggerFactory.getLogger(ContentReceiver.class);

  private final Connection connection;
  private final SmtpLimits limits;
  private final ContentBuffer buffer;
  private final OptionalLong dropAt;
  private final HeaderOutline outline = new HeaderOutline();
  private final LineGuard guard = new LineGuard();
  private final long began = System.nanoTime();
  private long octets;
  private boolean lineFaults;
  private boolean dropped;
  private boolean tooSlow;
  private @Nullable IOException failure;

  ContentReceiver(
      Connection connection, SmtpLimits limits, ContentBuffer buffer, OptionalLong dropAt) {
    this.connection = connection;
    this.limits = limits;
    this.buffer = buffer;
    this.dropAt = dropAt;
  }

  /** Puts our trace field on top. */
  void trace(byte[] received) {
    try {
      buffer.write(received, 0, received.length);
    } catch (IOException e) {
      failure = e;
    }
  }

  /** Reads to CR LF dot CR LF. */
  void readDotBlock() throws IOException {
    connection.deadline(limits.dataBlockTimeout(), "content");
    var block = connection.in().dotBlock(Long.MAX_VALUE, this);
    connection.clearDeadline();
    lineFaults = !block.faults().isEmpty();
    endIfDropped();
  }

  /** The rest may have been here already when the script of faults closed the connection. */
  private void endIfDropped() throws Truncated {
    if (dropped) {
      throw new Truncated("a content, by the script of faults");
    }
  }

  /** Reads exactly so many octets (RFC 3030 §2): nothing in them ends the chunk. */
  void readChunk(long count) throws IOException {
    connection.deadline(limits.dataBlockTimeout(), "chunk");
    var in = connection.in();
    for (var left = count; left > 0; ) {
      if (in.buffered() == 0 && in.fill() < 0) {
        throw new Truncated("a chunk");
      }
      var part = (int) Math.min(left, in.buffered());
      write(in.buffer(), in.position(), part);
      in.advance(part);
      left -= part;
      endIfDropped();
    }
    connection.clearDeadline();
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  /** Takes octets of the content; faults of ours and excess are remembered, never thrown. */
  @Override
  public void write(byte[] b, int offset, int length) throws IOException {
    octets += length;
    pace();
    guard.watch(b, offset, length);
    if (outline.inHeader()) {
      outline.watch(b, offset, length);
    }
    if (failure == null && octets <= limits.maxMessage()) {
      try {
        buffer.write(b, offset, length);
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  /**
   * Each piece buys time for the next; but a content that drips is slow in all (RFC 5321
   * §4.5.3.2.5).
   */
  private void pace() {
    if (dropAt.isPresent() && octets >= dropAt.getAsLong()) {
      dropped = true;
      connection.close();
    }
    var nanos = System.nanoTime() - began;
    tooSlow |=
        nanos > limits.dataGrace().toNanos() && octets / (nanos / 1e9) < limits.minDataRate();
    if (tooSlow) {
      connection.deadline(Duration.ZERO, "content, which comes too slowly");
    } else {
      connection.deadline(limits.dataBlockTimeout(), "content");
    }
  }

  /** What kind of content it is, whatever was announced. */
  BodyType body() {
    return guard.body();
  }

  /** Whether its header is more than ASCII (RFC 6532). */
  boolean eightBitHeader() {
    return outline.eightBitHeader();
  }

  /** Octets so far, without our trace field. */
  long octets() {
    return octets;
  }

  /** Why the mail cannot be taken; empty when it can. The peer's faults come before ours. */
  Optional<Reply> objection() {
    var defect = guard.atEnd();
    if (defect != LineDefect.NONE || lineFaults) {
      // RFC 5321 §2.3.8 and §4.1.1.4: CR and LF only as CR LF, and a mail that has others is
      // refused as a whole
      return Optional.of(Reply.of(554, "5.6.0 Message refused: " + defect.text()));
    }
    if (octets > limits.maxMessage()) {
      return Optional.of(Replies.TOO_BIG);
    }
    if (outline.headerOctets() > limits.maxHeader()) {
      return Optional.of(Replies.HEADER_TOO_BIG);
    }
    if (outline.received() >= limits.maxReceived()) { // RFC 5321 §6.3
      return Optional.of(Replies.LOOP);
    }
    return failure == null ? Optional.empty() : Optional.of(failureReply(failure));
  }

  /** What a client hears when our disk fails. */
  static Reply failureReply(IOException e) {
    return e instanceof StoreException s && s.why() == StoreException.Why.FULL
        ? Replies.FULL
        : Replies.FAILED;
  }

  ContentBuffer buffer() {
    return buffer;
  }

  /** What cannot be deleted now is at the next start; that keeps no client from its reply. */
  @Override
  public void close() {
    try {
      buffer.close();
    } catch (IOException e) {
      LOG.warn("content of the refused mail {} stays until the next start", buffer.id(), e);
    }
  }
}
