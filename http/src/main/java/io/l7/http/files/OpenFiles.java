package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.common.time.Scheduler;
import io.l7.http.message.Body;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files that are being sent or were a moment ago, open and shared by all their answers: to open one
 * takes a walk from the root on another thread. One of moderate size that is asked for again is
 * read into memory, from where it leaves in fewer and cheaper steps than from the file.
 *
 * <p>A file that was not asked for in a second is given up, and closed once the last answer is
 * sent, so that a deleted one does not hold its space for long.
 */
final class OpenFiles {
  /** Files that are kept open; a request for another one opens it for itself. */
  static final int MOST = 64;

  /** Files up to this size are read into memory when they are asked for again. */
  static final long READ_BYTES = 4L << 20;

  /** Memory for all of them. */
  static final long MEMORY_BYTES = 64L << 20;

  /** How long a file that nobody asks for stays open. */
  static final Duration KEPT = Duration.ofSeconds(1);

  private final DiskPool disk;
  private final Scheduler scheduler;
  private final Map<FileState, OpenFile> files = new HashMap<>();
  private long memory;

  OpenFiles(DiskPool disk, Scheduler scheduler) {
    this.disk = disk;
    this.scheduler = scheduler;
  }

  /**
   * A part of a file in exactly this state.
   *
   * @throws java.nio.file.NoSuchFileException where it is another one meanwhile
   */
  Body region(SiteFile file, FileState state, long position, long length) throws IOException {
    Optional<OpenFile> known = use(state);
    // What is in memory is in this state whatever became of the file; that costs no look at it.
    if (known.isPresent() && known.get().memory().isEmpty() && !state.isCurrent()) {
      new Lease(known.get()).close();
      known = Optional.empty();
    }
    if (known.isEmpty()) {
      OpenFile opened = keep(state, new OpenFile(disk.call(() -> file.open(state))));
      return new Body.Region(
          opened.channel(), Optional.empty(), position, length, new Lease(opened));
    }
    OpenFile open = known.get();
    var lease = new Lease(open);
    if (mayRead(open, state)) {
      read(open, state);
    } else if (mayMap(open, state)) {
      map(open, state);
    }
    return open.memory()
        .<Body>map(all -> new Body.Memory(all.slice((int) position, (int) length), lease))
        .orElseGet(() -> new Body.Region(open.channel(), open.mapped(), position, length, lease));
  }

  private synchronized Optional<OpenFile> use(FileState state) {
    OpenFile open = files.get(state);
    // An interrupted reader closes a channel for everyone.
    if (open == null || !open.channel().isOpen()) {
      return Optional.empty();
    }
    open.users++;
    open.usedLately = true;
    return Optional.of(open);
  }

  private synchronized OpenFile keep(FileState state, OpenFile open) {
    if (files.size() < MOST && files.putIfAbsent(state, open) == null) {
      open.kept = true;
      scheduler.after(KEPT, () -> look(state, open));
    }
    return open;
  }

  /** Only one request reads it; those that come meanwhile take the file as it is. */
  private synchronized boolean mayRead(OpenFile open, FileState state) {
    // What was written a moment ago could be written again without a new time of modification.
    boolean settled = state.lastModified().isBefore(scheduler.clock().instant().minus(KEPT));
    if (!settled
        || open.reserved > 0
        || state.size() > READ_BYTES
        || memory + state.size() > MEMORY_BYTES) {
      return false;
    }
    open.reserved = state.size();
    memory += state.size();
    return true;
  }

  private void read(OpenFile open, FileState state) {
    try {
      disk.call(
          () -> {
            open.read(state);
            return state;
          });
    } catch (IOException _) {
      // It is sent from the file then, and whoever sends it meets the fault.
    }
  }

  private synchronized boolean mayMap(OpenFile open, FileState state) {
    if (open.mappingTried || state.size() <= READ_BYTES) {
      return false;
    }
    open.mappingTried = true;
    return true;
  }

  private void map(OpenFile open, FileState state) {
    try {
      disk.call(
          () -> {
            open.map(state.size());
            return state;
          });
    } catch (IOException _) {
      // It is sent from the file then.
    }
  }

  private void look(FileState state, OpenFile open) {
    synchronized (this) {
      if (open.usedLately && open.channel().isOpen()) {
        open.usedLately = false;
        scheduler.after(KEPT, () -> look(state, open));
        return;
      }
      files.remove(state, open);
      open.kept = false;
    }
    closeUnused(open);
  }

  private void closeUnused(OpenFile open) {
    synchronized (this) {
      if (open.kept || open.users > 0 || open.closed) {
        return;
      }
      open.closed = true;
      memory -= open.reserved;
      open.reserved = 0;
    }
    open.close();
  }

  /** One answer's hold on a file; closing it again does nothing. */
  private final class Lease implements Closeable {
    private final OpenFile open;
    private boolean ended;

    private Lease(OpenFile open) {
      this.open = open;
    }

    @Override
    public void close() {
      synchronized (OpenFiles.this) {
        if (ended) {
          return;
        }
        ended = true;
        open.users--;
      }
      closeUnused(open);
    }
  }
}
