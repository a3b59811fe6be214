package io.l7.bittorrent.storage;

import io.l7.bittorrent.metainfo.Digests;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One piece that is being received: its queue of blocks and its running hash. */
final class PieceInProgress {
  private final PieceStore owner;
  private final int piece;
  private final MessageDigest digest = Digests.sha1();
  private List<Arrived> arrived = new ArrayList<>();
  private boolean scheduled;
  private boolean finishing;
  private int hashed;
  private final Bitfield written;

  /** It could not be stored, and its owner knows: what still comes of it is dropped. */
  private boolean failed;

  private record Arrived(Block block, byte[] data) {}

  /** A piece of which these blocks are on disk. */
  PieceInProgress(PieceStore owner, int piece, Bitfield written) {
    this.owner = owner;
    this.piece = piece;
    this.written = written.copy();
  }

  /** Its blocks that were handed to the file system; a copy. */
  synchronized Bitfield written() {
    return written.copy();
  }

  /** Work begins when a whole run has come: one write, one turn on the disk thread for many. */
  synchronized void add(Block block, byte[] data) {
    arrived.add(new Arrived(block, data));
    if (arrived.size() >= owner.limits().writeRun()) {
      schedule();
    }
  }

  /** Works off what has come so far. */
  synchronized void flush() {
    if (!arrived.isEmpty()) {
      schedule();
    }
  }

  synchronized void finish() {
    finishing = true;
    schedule();
  }

  private void schedule() {
    if (!scheduled) {
      scheduled = true;
      owner.schedule(this::work);
    }
  }

  /** On a disk thread: works until nothing is left. One thread at a time. */
  private void work() {
    while (true) {
      List<Arrived> batch;
      synchronized (this) {
        if (arrived.isEmpty() && !finishing) {
          scheduled = false;
          return;
        }
        batch = arrived;
        arrived = new ArrayList<>();
      }
      if (batch.isEmpty()) {
        judge();
        return;
      }
      store(batch);
    }
  }

  private void store(List<Arrived> batch) {
    batch.sort(Comparator.comparingInt(a -> a.block().offset()));
    Optional<IOException> fault = Optional.empty();
    long tried = System.nanoTime();
    try {
      if (!failed) {
        write(batch);
        synchronized (this) {
          batch.forEach(a -> written.set(a.block().index()));
        }
      }
    } catch (IOException e) {
      fault = Optional.of(e);
    } catch (RuntimeException e) {
      fault =
          Optional.of(new IOException(e)); // a name this system does not have, or a fault of ours
    } finally {
      batch.forEach(a -> owner.buffers().give(a.data()));
    }
    fault.ifPresent(why -> fail(tried, why));
  }

  /** At once, and once: more of it would only be fetched to be dropped. */
  private void fail(long tried, IOException why) {
    if (!failed) {
      failed = true;
      owner.failed(piece, tried, why);
    }
  }

  private void write(List<Arrived> batch) throws IOException {
    long base = owner.layout().offsetOf(piece);
    var run = owner.runs().take(0);
    try {
      int start = 0;
      for (var next : batch) {
        boolean adjacent = start + run.position() == next.block().offset();
        if (run.position() > 0 && (!adjacent || run.remaining() < next.block().length())) {
          owner.content().write(base + start, run.flip());
          run.clear();
        }
        if (run.position() == 0) {
          start = next.block().offset();
        }
        run.put(next.data(), 0, next.block().length());
        hash(next); // now that it is in the cache
      }
      owner.content().write(base + start, run.flip());
    } finally {
      owner.runs().give(run);
    }
  }

  private void hash(Arrived next) {
    if (next.block().offset() == hashed) {
      digest.update(next.data(), 0, next.block().length());
      hashed += next.block().length();
    }
  }

  private void judge() {
    if (failed) {
      return;
    }
    long tried = System.nanoTime();
    try {
      int length = owner.layout().lengthOf(piece);
      var rest = ByteBuffer.allocate(Math.min(64 * 1024, length));
      while (hashed < length) {
        rest.clear().limit(Math.min(rest.capacity(), length - hashed));
        owner.content().read(owner.layout().offsetOf(piece) + hashed, rest);
        digest.update(rest.array(), 0, rest.position());
        hashed += rest.position();
      }
      owner.judge(piece, digest.digest());
    } catch (IOException e) {
      fail(tried, e);
    } catch (RuntimeException e) {
      fail(tried, new IOException(e));
    }
  }
}
