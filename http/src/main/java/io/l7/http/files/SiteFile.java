package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.http.semantics.Coding;
import io.l7.http.semantics.EntityTag;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;

/**
 * What stands behind one path of the site: a file, its coded siblings ({@code x.js.br}, {@code
 * .zst}, {@code .gz}), and the representations made of them. Immutable but for representations made
 * late.
 */
final class SiteFile {
  /** Files up to this size are answered from memory. */
  static final int HELD_BYTES = 64 << 10;

  /** Below this, compressing gains nothing over the head it costs. */
  private static final int COMPRESS_FROM_BYTES = 512;

  private final Root root;
  private final DiskPool disk;
  private final InstantSource clock;
  private final String type;
  private final Map<Coding, FileState> stored;
  private final Set<Coding> codings;
  private final Map<Coding, Representation> made = new ConcurrentHashMap<>();

  private SiteFile(
      Root root,
      DiskPool disk,
      InstantSource clock,
      String type,
      Map<Coding, FileState> stored,
      Set<Coding> codings) {
    this.root = root;
    this.disk = disk;
    this.clock = clock;
    this.type = type;
    this.stored = stored;
    this.codings = codings;
  }

  /** Looks a path up; none where neither the file nor a coded sibling is there. */
  static Optional<SiteFile> find(
      Root root,
      DiskPool disk,
      String decodedPath,
      StaticFiles.Compression compression,
      InstantSource clock) {
    Map<Coding, FileState> stored = new EnumMap<>(Coding.class);
    for (Coding coding : Coding.values()) {
      root.resolve(decodedPath + coding.suffix())
          .flatMap(FileState::of)
          .ifPresent(state -> stored.put(coding, state));
    }
    // A folder with an archive of its name beside it is no coded form of that archive.
    if (stored.isEmpty() || (!stored.containsKey(Coding.IDENTITY) && root.isFolder(decodedPath))) {
      return Optional.empty();
    }
    String type = MediaTypes.of(decodedPath);
    Set<Coding> codings = EnumSet.copyOf(stored.keySet());
    FileState plain = stored.get(Coding.IDENTITY);
    if (compression == StaticFiles.Compression.ON_THE_FLY
        && plain != null
        && plain.size() >= COMPRESS_FROM_BYTES
        && MediaTypes.isCompressible(type)) {
      codings.add(Coding.GZIP);
    }
    return Optional.of(new SiteFile(root, disk, clock, type, stored, codings));
  }

  /** Whether the other look-up of the same path found the same files in the same state. */
  boolean isSameAs(SiteFile other) {
    return stored.equals(other.stored);
  }

  /**
   * The codings it can be had in; without {@link Coding#IDENTITY} where only coded siblings are
   * there.
   */
  Set<Coding> codings() {
    return codings;
  }

  /** Whether this coding is made while it is sent, and so has no ranges. */
  boolean isMadeOnTheFly(Coding coding) {
    return !stored.containsKey(coding);
  }

  /** The most bytes its representations can come to hold in memory. */
  long weight() {
    long sum = 0;
    for (Coding coding : codings) {
      FileState state = stored.getOrDefault(coding, stored.get(Coding.IDENTITY));
      sum += state != null && state.size() <= HELD_BYTES ? state.size() : 0;
    }
    return sum;
  }

  /** The file in one of {@link #codings}. */
  Representation in(Coding coding) throws IOException {
    Representation ready = made.get(coding);
    if (ready == null) {
      ready = disk.call(() -> make(coding));
      made.put(coding, ready);
    }
    return ready;
  }

  private Representation make(Coding coding) throws IOException {
    var negotiation =
        codings.size() > 1 || !codings.contains(Coding.IDENTITY)
            ? Representation.Negotiation.CODING
            : Representation.Negotiation.NONE;
    FileState state = stored.get(coding);
    if (state != null) {
      var content =
          state.size() <= HELD_BYTES
              ? new Representation.Held(read(state))
              : new Representation.Stored(state);
      return Representation.of(
          content, modified(state), state.tag(coding), type, coding, negotiation);
    }
    FileState plain = stored.get(Coding.IDENTITY);
    if (plain == null) {
      throw new NoSuchFileException(type);
    }
    var content =
        plain.size() <= HELD_BYTES
            ? new Representation.Held(gzip(read(plain)))
            : new Representation.Compressed(plain);
    // Compressed anew each time, perhaps by another version: the meaning is the same, the octets
    // need not be.
    EntityTag tag = EntityTag.weak(plain.tag(coding).opaque());
    return Representation.of(content, modified(plain), tag, type, coding, negotiation);
  }

  /** RFC 9110 §8.8.2.1: nothing was changed later than it is now, whatever the disk says. */
  private Optional<Instant> modified(FileState state) {
    return Optional.of(state.lastModified()).filter(at -> !at.isAfter(clock.instant()));
  }

  private byte[] read(FileState state) throws IOException {
    try (FileChannel channel = open(state)) {
      var buffer = ByteBuffer.allocate((int) state.size());
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new IOException("the file has shrunk: " + state.path());
        }
      }
      return buffer.array();
    }
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream(plain.length / 2);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  /**
   * Opens a file in exactly this state: what is read is what the validators say.
   *
   * @throws NoSuchFileException where it is another one meanwhile
   */
  FileChannel open(FileState state) throws IOException {
    FileChannel channel;
    try {
      channel = root.open(state.path());
    } catch (IOException e) {
      // A link in its place is no fault of the disk, nor is a file in the place of its folder.
      throw state.isCurrent() ? e : new NoSuchFileException(state.path().toString());
    }
    boolean same = channel.size() == state.size() && state.isCurrent();
    if (!same) {
      channel.close();
      throw new NoSuchFileException(state.path().toString());
    }
    return channel;
  }
}
