package io.l7.bittorrent.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of one torrent that are open now, the least recently used closed first. Safe for all
 * threads.
 */
final class OpenFiles implements AutoCloseable {
  private final int most;
  private final ContentStore.Access access;
  private final Map<Path, Handle> handles = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  OpenFiles(int most, ContentStore.Access access) {
    this.most = most;
    this.access = access;
  }

  /** An open file in use; closing it gives it back. */
  static final class Handle implements AutoCloseable {
    private final OpenFiles owner;
    private final FileChannel channel;
    private int users;
    private boolean retired;

    private Handle(OpenFiles owner, FileChannel channel) {
      this.owner = owner;
      this.channel = channel;
    }

    FileChannel channel() {
      return channel;
    }

    @Override
    public void close() throws IOException {
      owner.release(this);
    }
  }

  /** How a file that is not there is treated. */
  enum Absent {
    FAIL,
    CREATE
  }

  synchronized Handle open(Path path, Absent absent) throws IOException {
    if (closed) {
      throw new IOException("the storage is closed");
    }
    var handle = handles.get(path);
    if (handle != null && !handle.channel.isOpen()) {
      // A thread that is interrupted in it closes it under everybody (InterruptibleChannel).
      handles.remove(path);
      handle = null;
    }
    if (handle == null) {
      handle = new Handle(this, channel(path, absent));
      handles.put(path, handle);
    }
    handle.users++;
    evict();
    return handle;
  }

  private FileChannel channel(Path path, Absent absent) throws IOException {
    if (access == ContentStore.Access.READ_ONLY) {
      return FileChannel.open(path, StandardOpenOption.READ);
    }
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      if (absent == Absent.FAIL) {
        throw e;
      }
      var folder = path.getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      return FileChannel.open(
          path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }
  }

  private synchronized void release(Handle handle) throws IOException {
    handle.users--;
    if (handle.users == 0 && handle.retired) {
      handle.channel.close();
    }
    evict();
  }

  private void evict() throws IOException {
    for (var all = handles.values().iterator(); handles.size() > most && all.hasNext(); ) {
      var handle = all.next();
      if (handle.users == 0) {
        all.remove();
        handle.channel.close();
      }
    }
  }

  /** Closes what is idle now, and the rest when it is given back. */
  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (var handle : new ArrayList<>(handles.values())) {
      handle.retired = true;
      if (handle.users == 0) {
        handle.channel.close();
      }
    }
    handles.clear();
  }
}
