package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Who reads the content of a torrent while it is fetched. Safe for all threads. */
public final class Readers {
  /**
   * Readers at a time: each has a window before it. Beyond it the one that has got nothing for
   * longest gives way, as whoever reads it may be gone.
   */
  static final int MOST = 64;

  /** How often a reader that waits looks itself: nothing else depends on being told. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final TorrentSession torrent;
  private final List<ContentReader> all = new CopyOnWriteArrayList<>();

  Readers(TorrentSession torrent) {
    this.torrent = torrent;
  }

  /**
   * One more reader.
   *
   * @param position of its first byte within the content
   * @param end one past its last byte
   */
  public ContentReader open(long position, long end) {
    var reader = new ContentReader(this, position, end);
    synchronized (all) {
      if (all.size() >= MOST) {
        long now = System.nanoTime();
        all.stream().min(Comparator.comparingLong(r -> r.since() - now)).ifPresent(all::remove);
        wake();
      }
      all.addFirst(reader); // who asked last is who a person waits for
    }
    moved();
    return reader;
  }

  void leave(ContentReader reader) {
    boolean left;
    synchronized (all) {
      left = all.remove(reader);
    }
    if (left) {
      wake();
      moved();
    }
  }

  /** Tells the brain where everybody is by then: a list made before could lack who came since. */
  void moved() {
    torrent.tell(
        brain -> brain.readers(all.stream().map(ContentReader::place).toList(), System.nanoTime()));
  }

  /** A piece is there, a reader has left, or the torrent was closed. */
  synchronized void wake() {
    notifyAll();
  }

  /** How many read now. */
  public int count() {
    return all.size();
  }

  private boolean has(int piece) {
    var has = new boolean[1];
    torrent.tell(brain -> has[0] = brain.has(piece));
    return has[0];
  }

  /**
   * Fills {@code target} from within one piece that was there; false where it is lost and fetched
   * again.
   */
  boolean read(long position, ByteBuffer target) throws IOException {
    var content = swarm().content();
    try {
      return torrent
          .diskPool()
          .call(
              () -> {
                content.store().read(position, target);
                return true;
              });
    } catch (ContentMissing e) {
      target.clear();
      torrent.trouble().removed(e); // and it is fetched again
      return false;
    }
  }

  private Swarming swarm() throws IOException {
    return torrent.swarming().orElseThrow(() -> new IOException("the torrent is not known yet"));
  }

  /** Waits until what is at a position is there; whether it was in time. */
  synchronized boolean await(ContentReader reader, long position, long nanos) throws IOException {
    int piece = swarm().layout().pieceAt(position);
    long end = System.nanoTime() + nanos;
    while (true) {
      if (torrent.state() instanceof TorrentState.Closed || !all.contains(reader)) {
        throw new IOException("the reader or the torrent was closed, or others read in its place");
      }
      if (has(piece)) {
        return true;
      }
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.min(left, LOOK.toNanos()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a piece was waited for");
      }
    }
  }

  int lengthWithinPiece(long position, int most) {
    var layout = torrent.layout().orElseThrow();
    int piece = layout.pieceAt(position);
    long left = layout.offsetOf(piece) + layout.lengthOf(piece) - position;
    return (int) Math.min(left, most);
  }
}
