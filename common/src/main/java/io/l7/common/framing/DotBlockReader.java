package io.l7.common.framing;

import io.l7.common.framing.DotBlock.Fault;
import io.l7.common.framing.WireException.Truncated;
import java.io.IOException;
import java.io.OutputStream;
import java.util.EnumSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads to CR LF . CR LF and to nothing else. Works in runs over the reader's buffer: only a dot at
 * the start of a line, and a CR behind it, are held back until the next octet decides what they
 * are.
 */
final class DotBlockReader {
  private enum State {
    LINE_START,
    TEXT,
    RETURN,
    DOT,
    DOT_RETURN
  }

  private static final byte[] CR = {'\r'};

  private final WireReader in;
  private final long max;
  private final OutputStream sink;
  private final EnumSet<Fault> faults = EnumSet.noneOf(Fault.class);
  private long octets;
  private @Nullable IOException sinkFailure;

  DotBlockReader(WireReader in, long max, OutputStream sink) {
    this.in = in;
    this.max = max;
    this.sink = sink;
  }

  DotBlock read() throws IOException {
    var state = State.LINE_START;
    while (true) {
      if (in.buffered() == 0 && in.fill() < 0) throw new Truncated("a dot-stuffed block");
      byte[] buffer = in.buffer();
      int start = in.position();
      int limit = in.limit();
      int i = start;
      while (i < limit) {
        byte octet = buffer[i];
        switch (state) {
          case LINE_START -> {
            if (octet == '.') {
              emit(buffer, start, i);
              start = ++i; // RFC 5321 §4.5.2: the first dot of a line is not data
              state = State.DOT;
            } else {
              state = State.TEXT;
            }
          }
          case TEXT -> {
            while (i < limit && buffer[i] != '\r' && buffer[i] != '\n') i++;
            if (i < limit) {
              if (buffer[i] == '\n') faults.add(Fault.BARE_LF);
              else state = State.RETURN;
              i++;
            }
          }
          case RETURN -> {
            if (octet == '\n') {
              state = State.LINE_START;
              i++;
            } else {
              faults.add(Fault.BARE_CR);
              state = State.TEXT;
            }
          }
          case DOT -> {
            if (octet == '\r') {
              start = ++i;
              state = State.DOT_RETURN;
            } else {
              state = State.TEXT;
            }
          }
          case DOT_RETURN -> {
            if (octet == '\n') {
              in.advance(i + 1 - in.position());
              return new DotBlock(octets, faults, Optional.ofNullable(sinkFailure));
            }
            faults.add(Fault.BARE_CR);
            emit(CR, 0, 1);
            start = i;
            state = State.TEXT;
          }
        }
      }
      emit(buffer, start, limit);
      in.advance(limit - in.position());
    }
  }

  private void emit(byte[] from, int start, int end) {
    int count = end - start;
    if (count <= 0) return;
    octets += count;
    if (octets > max) faults.add(Fault.TOO_LONG);
    if (sinkFailure != null || faults.contains(Fault.TOO_LONG)) return;
    try {
      sink.write(from, start, count);
    } catch (IOException e) {
      sinkFailure = e; // ours, not the peer's: read on to stay in step, and let the caller say 452
    }
  }
}
