package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.common.time.Scheduler;
import io.l7.http.message.Body;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Files opened a moment ago, shared by all answers that send them: to open one takes a walk from
 * the root on another thread. A file leaves a second after it was opened, whether it is asked for
 * or not, and is closed once the last answer is sent, so that a deleted one does not hold its space
 * for long.
 */
final class OpenFiles {
  /** Files that are kept open; a request for another one opens it for itself. */
  static final int MOST = 64;

  /** As long as the file cache believes what it has looked up. */
  static final Duration KEPT = Duration.ofSeconds(1);

  private static final class Shared {
    private final FileChannel channel;
    private int users = 1;
    private boolean kept;

    private Shared(FileChannel channel) {
      this.channel = channel;
    }
  }

  private final DiskPool disk;
  private final Scheduler scheduler;
  private final Map<FileState, Shared> files = new HashMap<>();

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
    Optional<Shared> open = state.isCurrent() ? use(state) : Optional.empty();
    Shared shared = open.isPresent() ? open.get() : keep(state, disk.call(() -> file.open(state)));
    return new Body.Region(shared.channel, position, length, new Lease(shared));
  }

  private synchronized Optional<Shared> use(FileState state) {
    Shared shared = files.get(state);
    // An interrupted reader closes a channel for everyone.
    if (shared == null || !shared.channel.isOpen()) {
      return Optional.empty();
    }
    shared.users++;
    return Optional.of(shared);
  }

  private synchronized Shared keep(FileState state, FileChannel channel) {
    var shared = new Shared(channel);
    if (files.size() < MOST && files.putIfAbsent(state, shared) == null) {
      shared.kept = true;
      scheduler.after(KEPT, () -> forget(state, shared));
    }
    return shared;
  }

  private void forget(FileState state, Shared shared) {
    synchronized (this) {
      files.remove(state, shared);
      shared.kept = false;
    }
    closeUnused(shared);
  }

  private void closeUnused(Shared shared) {
    synchronized (this) {
      if (shared.kept || shared.users > 0) {
        return;
      }
    }
    try {
      shared.channel.close();
    } catch (IOException _) {
      // Only read from: nothing is lost.
    }
  }

  /** One answer's hold on a file; closing it again does nothing. */
  private final class Lease implements Closeable {
    private final Shared shared;
    private boolean ended;

    private Lease(Shared shared) {
      this.shared = shared;
    }

    @Override
    public void close() {
      synchronized (OpenFiles.this) {
        if (ended) {
          return;
        }
        ended = true;
        shared.users--;
      }
      closeUnused(shared);
    }
  }
}
