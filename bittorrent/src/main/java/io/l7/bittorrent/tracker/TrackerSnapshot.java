package io.l7.bittorrent.tracker;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The store as a file: what was downloaded how often survives a restart, and the peers with the age
 * they had. Written aside, synced and renamed; a file that is cut or changed is not believed. A
 * part of the store at a time is in memory, and no announce waits for the disk.
 */
final class TrackerSnapshot {
  private static final int MAGIC = 0x4c375432; // L7T2
  private static final int CHECKSUM = 8;

  /** Octets read or written at a time. */
  static final int CHUNK = 64 * 1024;

  private final Disk disk;
  private final Path file;

  TrackerSnapshot(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  void save(SwarmStore store) throws IOException {
    var fresh = file.resolveSibling(file.getFileName() + ".new");
    if (disk.exists(fresh)) {
      disk.delete(fresh);
    }
    try (var target = disk.open(fresh, Disk.Open.CREATE_NEW)) {
      write(store, new Appending(target));
      target.force();
    }
    disk.move(fresh, file);
    var folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      disk.syncDirectory(folder);
    }
  }

  private static void write(SwarmStore store, Appending target) throws IOException {
    var part = new ByteArrayOutputStream();
    var out = new DataOutputStream(part);
    out.writeInt(MAGIC);
    int now = store.now();
    store.each(
        (h0, h1, h2, swarm) -> write(out, h0, h1, h2, swarm, now),
        () -> {
          target.append(part.toByteArray());
          part.reset();
        });
    out.writeLong(target.sum.getValue());
    target.append(part.toByteArray());
  }

  /** Writes to the end of a file, in pieces. */
  private static final class Appending {
    private final DiskFile file;
    private final CRC32C sum = new CRC32C();
    private long position;

    Appending(DiskFile file) {
      this.file = file;
    }

    void append(byte[] bytes) throws IOException {
      sum.update(bytes, 0, bytes.length);
      for (int at = 0; at < bytes.length; at += CHUNK) {
        int length = Math.min(CHUNK, bytes.length - at);
        file.write(position, bytes, at, length);
        position += length;
      }
    }
  }

  private static void write(DataOutputStream out, long h0, long h1, int h2, Swarm swarm, int now) {
    try {
      out.writeLong(h0);
      out.writeLong(h1);
      out.writeInt(h2);
      out.writeInt(swarm.downloaded);
      out.writeInt(swarm.addresses());
      PeerTable.Visitor each =
          (hi, lo, last, client) -> {
            try {
              out.writeLong(hi);
              out.writeLong(lo);
              out.writeLong(last & ~(long) PeerTable.TIME | PeerTable.age(last, now));
              out.writeInt(client);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          };
      swarm.ipv4.each(each);
      if (swarm.ipv6 != null) {
        swarm.ipv6.each(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
  }

  /** Reads the file into an empty store; whether there was one to believe. */
  boolean restore(SwarmStore store) throws IOException {
    if (!disk.exists(file)) {
      return false;
    }
    try (var source = disk.open(file, Disk.Open.READ)) {
      if (!isWhole(source)) {
        return false;
      }
      var body = new StoredStream(source, 0, source.size() - CHECKSUM);
      var in = new DataInputStream(new BufferedInputStream(body, CHUNK));
      if (in.readInt() != MAGIC) {
        return false;
      }
      int now = store.now();
      while (body.left() > 0 || in.available() > 0) {
        var swarm = store.restore(in.readLong(), in.readLong(), in.readInt(), in.readInt());
        for (int left = in.readInt(); left > 0; left--) {
          long hi = in.readLong();
          long lo = in.readLong();
          long aged = in.readLong();
          long time = now - (aged & PeerTable.TIME) & PeerTable.TIME;
          swarm.peer(hi, lo, aged & ~(long) PeerTable.TIME | time, in.readInt());
        }
      }
      return true;
    }
  }

  /** Whether the checksum at the end is that of the rest. */
  private static boolean isWhole(DiskFile source) throws IOException {
    long body = source.size() - CHECKSUM;
    if (body < Integer.BYTES) {
      return false;
    }
    var sum = new CRC32C();
    var chunk = new byte[CHUNK];
    var in = new StoredStream(source, 0, body);
    for (int count = in.read(chunk, 0, CHUNK); count > 0; count = in.read(chunk, 0, CHUNK)) {
      sum.update(chunk, 0, count);
    }
    var stored = new DataInputStream(new StoredStream(source, body, CHECKSUM)).readLong();
    return in.left() == 0 && stored == sum.getValue();
  }
}
