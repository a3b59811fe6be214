package io.l7.http.h2;

import java.util.List;

/**
 * One frame as a server receives it (RFC 9113 §6). Octets of data and fragments are not copied:
 * they lie in the reader's array, and only until more is read.
 */
public sealed interface Frame {
  /** The stream it belongs to; 0 is the connection. */
  int stream();

  /**
   * Content (§6.1).
   *
   * @param flowControlled octets that count against the windows: with padding and its length
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Data(
      int stream, byte[] array, int offset, int length, int flowControlled, boolean endsStream)
      implements Frame {}

  /**
   * The beginning of a field block (§6.2).
   *
   * @param dependsOn the stream of the deprecated priority signal, −1 without one
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Headers(
      int stream,
      byte[] array,
      int offset,
      int length,
      int dependsOn,
      boolean endsStream,
      boolean endsHeaders)
      implements Frame {}

  /** More of a field block (§6.10). */
  @SuppressWarnings("ArrayRecordComponent")
  record Continuation(int stream, byte[] array, int offset, int length, boolean endsHeaders)
      implements Frame {}

  /** The deprecated priority signal (§6.3). */
  record Priority(int stream, int dependsOn) implements Frame {}

  /** A stream is not wanted any more (§6.4). */
  record RstStream(int stream, long code) implements Frame {}

  /** One parameter (§6.5.1); unknown ones have no meaning. */
  record Setting(int id, long value) {}

  /** Parameters of the peer (§6.5). */
  record Settings(List<Setting> all) implements Frame {
    public Settings {
      all = List.copyOf(all);
    }

    @Override
    public int stream() {
      return 0;
    }
  }

  /** Ours count from now on. */
  record SettingsAck() implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  /** To be sent back (§6.7). */
  record Ping(long data) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  /** One of ours came back. */
  record PingAck(long data) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  /** The peer wants to stop (§6.8). */
  record GoAway(int lastStream, long code) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  /** So much more may be sent (§6.9). */
  record WindowUpdate(int stream, int increment) implements Frame {}

  /** How urgent a response is (RFC 9218 §7.1). */
  record PriorityUpdate(int prioritized) implements Frame {
    @Override
    public int stream() {
      return 0;
    }
  }

  /** A type that has no meaning here (§5.5). */
  record Unknown(int stream, int type) implements Frame {}
}
