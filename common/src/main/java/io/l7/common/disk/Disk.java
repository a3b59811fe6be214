package io.l7.common.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The file system as far as durability goes. Only what was {@link DiskFile#force forced} survives a
 * power cut, and a name survives only once its directory was {@link #syncDirectory synced}. A test
 * puts a disk here that forgets the rest. Safe for all threads; every call may block.
 */
public interface Disk {
  /** The machine's file system. */
  static Disk real() {
    return RealDisk.INSTANCE;
  }

  /** How a file is opened. */
  enum Open {
    /** It must exist; it cannot be written. */
    READ,
    /** It must exist. */
    WRITE,
    /** It is made when it does not exist. */
    CREATE,
    /** It must not exist yet. */
    CREATE_NEW
  }

  /** Opens a file. */
  DiskFile open(Path path, Open mode) throws IOException;

  /** Renames, replacing what has the name already, in one step. */
  void move(Path from, Path to) throws IOException;

  /** Removes a file. */
  void delete(Path path) throws IOException;

  /** Makes a directory and those above it; existing ones are fine. */
  void createDirectories(Path path) throws IOException;

  /** What is in a directory, sorted by name; empty when it does not exist. */
  List<Path> list(Path directory) throws IOException;

  /** Whether there is such a file or directory. */
  boolean exists(Path path);

  /** Makes the names in a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** Reads a whole file of at most {@code most} octets. */
  default byte[] readAll(Path path, int most) throws IOException {
    try (var file = open(path, Open.READ)) {
      long size = file.size();
      if (size > most)
        throw new IOException(path + ": " + size + " octets, at most " + most + " expected");
      var all = new byte[(int) size];
      int done = 0;
      while (done < all.length) {
        int count = file.read(done, all, done, all.length - done);
        if (count < 0) throw new IOException(path + ": shrank while being read");
        done += count;
      }
      return all;
    }
  }

  /**
   * Puts {@code content} in the place of what {@code path} holds: durable, and whole at any moment.
   */
  default void replace(Path path, byte[] content) throws IOException {
    var fresh = path.resolveSibling(path.getFileName() + ".new");
    if (exists(fresh)) delete(fresh);
    try (var file = open(fresh, Open.CREATE_NEW)) {
      file.write(0, content, 0, content.length);
      file.force();
    }
    move(fresh, path);
    var directory = path.toAbsolutePath().getParent();
    if (directory != null) syncDirectory(directory);
  }
}
