package io.l7.bittorrent.tracker;

import io.l7.common.disk.Disk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * The store as a file: what was downloaded how often survives a restart, and the peers with the age
 * they had. Written aside, synced and renamed; a file that is cut or changed is not believed.
 */
final class TrackerSnapshot {
  private static final int MAGIC = 0x4c375432; // L7T2
  private static final int MOST = 1 << 30;

  private final Disk disk;
  private final Path file;

  TrackerSnapshot(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
  }

  void save(SwarmStore store) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(MAGIC);
    int now = store.now();
    store.each((h0, h1, h2, swarm) -> write(out, h0, h1, h2, swarm, now));
    out.flush();
    var body = bytes.toByteArray();
    out.writeLong(checksum(body, body.length));
    disk.replace(file, bytes.toByteArray());
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
    var bytes = disk.readAll(file, MOST);
    int body = bytes.length - 8;
    var in = new DataInputStream(new ByteArrayInputStream(bytes, 0, Math.max(0, body)));
    if (body < 4
        || in.readInt() != MAGIC
        || AnnounceCall.int64(bytes, body) != checksum(bytes, body)) {
      return false;
    }
    int now = store.now();
    while (in.available() > 0) {
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

  private static long checksum(byte[] bytes, int length) {
    var sum = new CRC32C();
    sum.update(bytes, 0, length);
    return sum.getValue();
  }
}
