package io.l7.bittorrent.metainfo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes make which piece, and their hashing on several threads: each takes the next piece,
 * reads it at its position and hashes it while it is in the cache.
 */
final class HashPlan {
  /** A leaf of the version 2 tree. */
  static final int BLOCK = 16 * 1024;

  private static final int HASH = 32;

  /** A stretch of the content: a file, or padding when {@code file} is empty. */
  record Segment(Optional<ContentFile> file, long offset, long length) {}

  /** The digests of the content. */
  record Hashes(byte[] sha1, Map<ContentFile, byte[]> roots, Map<ContentFile, byte[]> layers) {
    Optional<byte[]> root(ContentFile file) {
      return Optional.ofNullable(roots.get(file));
    }

    byte[] layer(ContentFile file) {
      return layers.getOrDefault(file, new byte[0]);
    }
  }

  private final List<ContentFile> files;
  private final List<Segment> segments = new ArrayList<>();
  private final int pieceLength;
  private final InfoDictionary.Version version;
  private final long total;

  HashPlan(List<ContentFile> files, int pieceLength, InfoDictionary.Version version)
      throws MetainfoException {
    this.files = files;
    this.pieceLength = pieceLength;
    this.version = version;
    long at = 0;
    for (var file : files) {
      long over = at % pieceLength;
      // BEP 52: in a hybrid every file begins with a piece; BEP 47 padding fills the gap.
      if (version != InfoDictionary.Version.V1 && over != 0 && file.length() > 0) {
        segments.add(new Segment(Optional.empty(), at, pieceLength - over));
        at += pieceLength - over;
      }
      segments.add(new Segment(Optional.of(file), at, file.length()));
      at += file.length();
    }
    total = at;
    if ((total - 1) / pieceLength + 1 > MetainfoLimits.DEFAULT.pieces()) {
      throw new MetainfoException("too many pieces: choose a longer piece length");
    }
  }

  String name() {
    var first = files.getFirst();
    var location = first.location().toAbsolutePath().normalize();
    int depth = location.getNameCount() - 1 - first.path().size();
    if (depth < 0) {
      throw new IllegalArgumentException("a file system's root has no name");
    }
    return location.getName(depth).toString();
  }

  List<ContentFile> files() {
    return files;
  }

  List<Segment> segments() {
    return segments;
  }

  int pieceLength() {
    return pieceLength;
  }

  boolean isSingleFile() {
    return files.size() == 1 && files.getFirst().path().isEmpty();
  }

  Hashes hash(int threads, LongConsumer progress) throws IOException {
    int pieces = (int) ((total - 1) / pieceLength) + 1;
    var sha1 = new byte[version == InfoDictionary.Version.V2 ? 0 : pieces * InfoHash.LENGTH];
    var pieceRoots = new byte[version == InfoDictionary.Version.V1 ? 0 : pieces][];
    var next = new AtomicInteger();
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < threads; i++) {
        running.add(
            pool.submit(
                () -> {
                  try (var worker = new Worker(sha1, pieceRoots)) {
                    for (int p; (p = next.getAndIncrement()) < pieces; ) {
                      progress.accept(worker.hash(p));
                    }
                  }
                  return null;
                }));
      }
      for (var worker : running) {
        try {
          worker.get();
        } catch (ExecutionException e) {
          next.set(pieces);
          throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
          next.set(pieces);
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
      }
    }
    return version == InfoDictionary.Version.V1
        ? new Hashes(sha1, Map.of(), Map.of())
        : withTrees(sha1, pieceRoots);
  }

  /** One thread's buffer, digests and open file. */
  private final class Worker implements AutoCloseable {
    private final byte[] sha1s;
    private final byte[][] roots;
    private final MessageDigest sha1 = Digests.sha1();
    private final MessageDigest sha256 = Digests.sha256();
    private final byte[] block = new byte[BLOCK];
    private @Nullable ContentFile current;
    private @Nullable FileChannel channel;

    Worker(byte[] sha1s, byte[][] roots) {
      this.sha1s = sha1s;
      this.roots = roots;
    }

    long hash(int piece) throws IOException {
      long start = (long) piece * pieceLength;
      long end = Math.min(total, start + pieceLength);
      var leaves = new ArrayList<byte[]>();
      for (int i = segmentAt(start); i < segments.size(); i++) {
        var segment = segments.get(i);
        if (segment.offset() >= end) {
          break;
        }
        long from = Math.max(start, segment.offset());
        long to = Math.min(end, segment.offset() + segment.length());
        for (long at = from; at < to; at += block.length) {
          int length = (int) Math.min(block.length, to - at);
          read(segment, at - segment.offset(), length);
          if (version != InfoDictionary.Version.V2) {
            sha1.update(block, 0, length);
          }
          if (version != InfoDictionary.Version.V1 && segment.file().isPresent()) {
            sha256.update(block, 0, length);
            leaves.add(sha256.digest());
          }
        }
      }
      if (version != InfoDictionary.Version.V2) {
        System.arraycopy(sha1.digest(), 0, sha1s, piece * InfoHash.LENGTH, InfoHash.LENGTH);
      }
      if (version != InfoDictionary.Version.V1) {
        roots[piece] = pieceRoot(leaves, start);
      }
      return end - start;
    }

    /** A file of one piece has the smallest tree that holds it; others have whole pieces. */
    private byte[] pieceRoot(List<byte[]> leaves, long start) {
      long fileLength = segments.get(segmentAt(start)).length();
      int width = pieceLength / BLOCK;
      if (fileLength <= pieceLength) {
        width = Integer.highestOneBit(Math.max(1, 2 * leaves.size() - 1));
      }
      return merkle(leaves, width, new byte[HASH]);
    }

    private void read(Segment segment, long from, int length) throws IOException {
      if (segment.file().isEmpty()) {
        Arrays.fill(block, 0, length, (byte) 0);
        return;
      }
      var channel = open(segment.file().get());
      var target = ByteBuffer.wrap(block, 0, length);
      while (target.hasRemaining()) {
        if (channel.read(target, from + target.position()) < 0) {
          throw new MetainfoException(
              segment.file().get().location() + " became shorter while it was read");
        }
      }
    }

    private FileChannel open(ContentFile file) throws IOException {
      if (channel == null || !file.equals(current)) {
        close();
        channel = FileChannel.open(file.location(), StandardOpenOption.READ);
        current = file;
      }
      return channel;
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
      }
    }
  }

  private int segmentAt(long position) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      var segment = segments.get(middle);
      if (segment.offset() + segment.length() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private Hashes withTrees(byte[] sha1, byte[][] pieceRoots) {
    Map<ContentFile, byte[]> roots = new HashMap<>();
    Map<ContentFile, byte[]> layers = new HashMap<>();
    var emptyPiece = merkle(List.of(), pieceLength / BLOCK, new byte[HASH]);
    for (var segment : segments) {
      if (segment.file().isEmpty() || segment.length() == 0) {
        continue;
      }
      int first = (int) (segment.offset() / pieceLength);
      int count = (int) ((segment.length() - 1) / pieceLength) + 1;
      var layer = List.of(pieceRoots).subList(first, first + count);
      int width = Integer.highestOneBit(Math.max(1, 2 * count - 1));
      roots.put(segment.file().get(), merkle(layer, width, emptyPiece));
      var joined = ByteBuffer.allocate(count * HASH);
      layer.forEach(joined::put);
      layers.put(segment.file().get(), joined.array());
    }
    return new Hashes(sha1, roots, layers);
  }

  /** The root of a tree of {@code width} leaves (a power of two), the missing ones {@code pad}. */
  private static byte[] merkle(List<byte[]> leaves, int width, byte[] pad) {
    var digest = Digests.sha256();
    var level = new ArrayList<>(leaves);
    var filler = pad;
    for (int w = width; w > 1; w /= 2) {
      var above = new ArrayList<byte[]>();
      for (int i = 0; i < level.size(); i += 2) {
        digest.update(level.get(i));
        digest.update(i + 1 < level.size() ? level.get(i + 1) : filler);
        above.add(digest.digest());
      }
      digest.update(filler);
      digest.update(filler);
      filler = digest.digest();
      level = above;
    }
    return level.isEmpty() ? filler : level.getFirst();
  }
}
