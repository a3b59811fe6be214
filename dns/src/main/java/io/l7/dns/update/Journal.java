package io.l7.dns.update;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.Rdata;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneDigest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The differences of a zone on disk, in order, beside the zone file. The file is a line of 16
 * octets, then entries: length (4 octets), CRC-32C of the body (4), body. What {@link #append} has
 * returned from survives a power cut; an entry torn by one is cut off at the next opening, since
 * nobody was told of it. Not for several threads.
 */
public final class Journal implements AutoCloseable {
  private static final byte[] MAGIC = "L7 zone diff 1\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = 8;

  /**
   * Octets of an entry at most: as many as an array has. Signing a zone of a million names makes
   * some hundred million; what is read is bounded by what the file has.
   */
  private static final int MAX_ENTRY = Integer.MAX_VALUE - 64;

  private final DiskFile file;
  private final Name origin;
  private final int mostOctets;
  private long end;

  private Journal(DiskFile file, Name origin, int mostOctets, long end) {
    this.file = file;
    this.origin = origin;
    this.mostOctets = mostOctets;
    this.end = end;
  }

  /**
   * One difference of a journal.
   *
   * @param base the digest of the version it leads from, where it fits no other: signatures hold
   *     for the data they were made over, and a difference that brings them does not show it
   */
  record Entry(ZoneDelta delta, Optional<Rdata> base) {}

  /** A journal and what it held when it was opened. */
  public record Opened(Journal journal, List<Entry> entries) {
    /** The differences alone. */
    public List<ZoneDelta> deltas() {
      return entries.stream().map(Entry::delta).toList();
    }
  }

  /** The journal of a zone file: the same name with {@code .jnl} behind it. */
  public static Path beside(Path zoneFile) {
    return zoneFile.resolveSibling(zoneFile.getFileName() + ".jnl");
  }

  /**
   * Opens a journal, makes it when there is none, and cuts off a torn end.
   *
   * @throws IOException if the file is no journal, or cannot be read or written
   */
  public static Opened open(Disk disk, Path path, Name origin) throws IOException {
    return open(disk, path, origin, MAX_ENTRY);
  }

  /**
   * As {@link #open(Disk, Path, Name)}.
   *
   * @param mostOctets of an entry
   */
  static Opened open(Disk disk, Path path, Name origin, int mostOctets) throws IOException {
    boolean known = disk.exists(path);
    DiskFile file = disk.open(path, Disk.Open.CREATE);
    try {
      if (!known || file.size() < MAGIC.length) {
        file.truncate(0);
        begin(disk, path, file);
        return new Opened(new Journal(file, origin, mostOctets, MAGIC.length), List.of());
      }
      var magic = new byte[MAGIC.length];
      if (!readFully(file, 0, magic) || !Arrays.equals(magic, MAGIC)) {
        throw new IOException(path + ": not a zone journal");
      }
      var entries = new ArrayList<Entry>();
      long end = readAll(file, origin, mostOctets, entries);
      if (end < file.size()) {
        file.truncate(end);
        file.force();
      }
      if (entries.isEmpty()) {
        begin(disk, path, file); // who made it may have ended before it was on the disk
      }
      return new Opened(new Journal(file, origin, mostOctets, end), entries);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void begin(Disk disk, Path path, DiskFile file) throws IOException {
    file.write(0, MAGIC, 0, MAGIC.length);
    file.force();
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null) {
      disk.syncDirectory(folder);
    }
  }

  /** Reads whole entries and returns where the last of them ends. */
  private static long readAll(DiskFile file, Name origin, int mostOctets, List<Entry> entries)
      throws IOException {
    long at = MAGIC.length;
    long size = file.size();
    var head = new byte[HEAD];
    while (at + HEAD <= size && readFully(file, at, head)) {
      var buffer = ByteBuffer.wrap(head);
      int length = buffer.getInt();
      int sum = buffer.getInt();
      if (length <= 0 || length > mostOctets || at + HEAD + length > size) {
        break;
      }
      var body = new byte[length];
      if (!readFully(file, at + HEAD, body) || sum(body) != sum) {
        break;
      }
      entries.add(DeltaCodec.decode(body, origin));
      at += HEAD + length;
    }
    return at;
  }

  private static boolean readFully(DiskFile file, long position, byte[] target) throws IOException {
    int done = 0;
    while (done < target.length) {
      int count = file.read(position + done, target, done, target.length - done);
      if (count <= 0) {
        return false;
      }
      done += count;
    }
    return true;
  }

  private static int sum(byte[] body) {
    var crc = new CRC32C();
    crc.update(body);
    return (int) crc.getValue();
  }

  /** Adds differences and returns when they are durable: one write and one sync for all of them. */
  public void append(List<ZoneDelta> deltas) throws IOException {
    appendEntries(deltas.stream().map(delta -> new Entry(delta, Optional.empty())).toList());
  }

  /** Adds the difference that signing a zone makes, which fits this very zone alone. */
  void appendSigning(ZoneDelta delta, Zone before) throws IOException {
    appendEntries(List.of(new Entry(delta, digest(before))));
  }

  /** What tells a version from others of the same serial. */
  static Optional<Rdata> digest(Zone zone) {
    return ZoneDigest.of(zone, 1).map(Rdata::of);
  }

  void appendEntries(List<Entry> entries) throws IOException {
    var out = new ByteArrayOutputStream();
    for (Entry entry : entries) {
      byte[] body = DeltaCodec.encode(entry);
      if (body.length > mostOctets) {
        // It would be written and never read again, nor anything behind it.
        throw new IOException(
            "a difference of " + body.length + " octets is more than the journal takes");
      }
      out.writeBytes(ByteBuffer.allocate(HEAD).putInt(body.length).putInt(sum(body)).array());
      out.writeBytes(body);
    }
    byte[] all = out.toByteArray();
    if (file.size() > end) {
      file.truncate(
          end); // what a failed write left would stand behind this one as if it had counted
    }
    file.write(end, all, 0, all.length);
    file.force();
    end += all.length;
  }

  /** Octets on disk. */
  public long size() {
    return end;
  }

  /** Forgets everything, durably: the zone file holds it now. */
  public void clear() throws IOException {
    file.truncate(MAGIC.length);
    end = MAGIC.length; // also when the sync fails: what comes next stands here
    file.force();
  }

  public Name origin() {
    return origin;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
