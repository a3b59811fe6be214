package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;

/**
 * Gives out segment files whose blocks are already there: a force of one then writes data alone, no
 * new size and no new extents. Former segments are used again under a new number; only when there
 * is none is a new file filled with zeros.
 */
final class SegmentSupply {
  private static final int FILL = 1 << 20;

  /** Former segments to keep; more are deleted. */
  private static final int MAX_SPARES = 4;

  private final Disk disk;
  private final StoreLayout layout;
  private final int size;
  private final ArrayDeque<Integer> spares = new ArrayDeque<>();

  SegmentSupply(Disk disk, StoreLayout layout, int size) {
    this.disk = disk;
    this.layout = layout;
    this.size = size;
  }

  /** Opens the file of a new segment, ready and durable in its folder. */
  synchronized DiskFile open(int number) throws IOException {
    var file = layout.segment(number);
    var spare = spares.poll();
    if (spare == null) {
      fill(number);
      spare = number;
    }
    disk.move(layout.spare(spare), file);
    disk.syncDirectory(layout.log());
    return disk.open(file, Disk.Open.WRITE);
  }

  private void fill(int number) throws IOException {
    var file = layout.spare(number);
    if (disk.exists(file)) {
      disk.delete(file);
    }
    try (var f = disk.open(file, Disk.Open.CREATE_NEW)) {
      var zeros = new byte[Math.min(FILL, size)];
      for (var at = 0; at < size; at += zeros.length) {
        f.write(at, zeros, 0, Math.min(zeros.length, size - at));
      }
      f.force();
    } catch (IOException e) {
      if (disk.exists(file)) {
        disk.delete(file); // gives its space back to those who wait for it
      }
      throw e;
    }
  }

  /**
   * Makes a segment that holds nothing any more a spare, or deletes it. May be called again after
   * it failed: its file is gone then, and its folder is still to be synced.
   */
  synchronized void retire(int number) throws IOException {
    if (!disk.exists(layout.segment(number))) {
      disk.syncDirectory(layout.log());
      return;
    }
    if (spares.size() < MAX_SPARES && isWhole(number)) {
      disk.move(layout.segment(number), layout.spare(number));
      spares.add(number);
    } else {
      disk.delete(layout.segment(number));
    }
    disk.syncDirectory(layout.log());
  }

  /** Takes a spare that an earlier run left. */
  synchronized void adopt(int number) throws IOException {
    if (spares.size() < MAX_SPARES && size(layout.spare(number)) == size) {
      spares.add(number);
    } else {
      disk.delete(layout.spare(number));
    }
  }

  private boolean isWhole(int number) throws IOException {
    return size(layout.segment(number)) == size;
  }

  private long size(Path file) throws IOException {
    try (var f = disk.open(file, Disk.Open.READ)) {
      return f.size();
    }
  }
}
