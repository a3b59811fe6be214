package io.l7.bittorrent.storage;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.SafePaths;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.PieceLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content of a torrent as one run of bytes over its files. Positional, so that any number of
 * threads may read and write at once; files are sparse until they are written. Padding (BEP 47)
 * reads as zeros and is never written. Blocking.
 */
public final class ContentStore implements AutoCloseable {
  private static final byte[] ZEROS = new byte[16 * 1024];

  private final Path root;
  private final PieceLayout layout;
  private final List<TorrentFile> files;
  private final long[] ends;
  private final OpenFiles open;
  private final Set<Path> unsynced = new HashSet<>();

  /** Files, by number, that were written to and so are there, unless somebody removes them. */
  private final BitSet made = new BitSet();

  private volatile @Nullable Place last;

  /** Why something written is not durable and never will be: the system tells it once. */
  private volatile @Nullable IOException lost;

  /** Where the file lies that was used last: as a rule the next block is in it too. */
  private record Place(String name, Path path) {}

  /** Whether the files may be changed. */
  public enum Access {
    READ_ONLY,
    READ_WRITE
  }

  /** The content of a torrent of version 1 or hybrid below the folder {@code root}. */
  public ContentStore(Path root, InfoDictionary info, Access access, StorageLimits limits) {
    this.root = root;
    this.layout = info.pieces();
    this.files = info.files();
    this.ends = files.stream().mapToLong(TorrentFile::end).toArray();
    this.open = new OpenFiles(limits.openFiles(), access);
  }

  /** The arithmetic of its pieces. */
  public PieceLayout layout() {
    return layout;
  }

  /** The files, in the order of the content. */
  public List<TorrentFile> files() {
    return files;
  }

  /** Where a file lies. */
  public Path location(TorrentFile file) {
    var known = last;
    if (known == null || !known.name().equals(file.path())) {
      known = new Place(file.path(), SafePaths.resolve(root, file.path()));
      last = known;
    }
    return known.path();
  }

  /**
   * Fills {@code target} from {@code position}.
   *
   * @throws ContentMissing a file is absent or too short
   */
  public void read(long position, ByteBuffer target) throws IOException {
    long at = position;
    for (int i = fileAt(at); target.hasRemaining(); i++) {
      var file = file(i);
      int length = (int) Math.min(target.remaining(), file.end() - at);
      if (file.isPadding()) {
        zeros(target, length);
      } else if (length > 0) {
        var part = target.slice(target.position(), length);
        readFile(file, at - file.offset(), part);
        target.position(target.position() + length);
      }
      at += length;
    }
  }

  /** Takes a run of the content where it lies. */
  public interface Regions {
    /** {@code count} bytes of a file from {@code from}; they are there. */
    void file(FileChannel file, long from, int count) throws IOException;

    /** {@code count} zeros. */
    void zeros(int count) throws IOException;
  }

  private static final Regions UNSEEN =
      new Regions() {
        @Override
        public void file(FileChannel file, long from, int count) {}

        @Override
        public void zeros(int count) {}
      };

  /**
   * Shows where a run of the content lies, in order, so that the kernel can send it.
   *
   * @throws ContentMissing a file is absent or too short; then nothing of it was shown
   */
  public void show(long position, int length, Regions regions) throws IOException {
    if (position + length > file(fileAt(position)).end()) {
      each(position, length, UNSEEN); // the last part may be missing
    }
    each(position, length, regions);
  }

  private void each(long position, int length, Regions regions) throws IOException {
    long at = position;
    for (int i = fileAt(at), left = length; left > 0; i++) {
      var file = file(i);
      int part = (int) Math.min(left, file.end() - at);
      if (file.isPadding()) {
        regions.zeros(part);
      } else if (part > 0) {
        long from = at - file.offset();
        try (var handle = open.open(location(file), OpenFiles.Absent.FAIL)) {
          if (handle.channel().size() < from + part) {
            throw new ContentMissing(file.path() + " is shorter than the torrent says");
          }
          regions.file(handle.channel(), from, part);
        } catch (NoSuchFileException _) {
          throw new ContentMissing(file.path() + " is not there");
        }
      }
      at += part;
      left -= part;
    }
  }

  private static void zeros(ByteBuffer target, int length) {
    for (int left = length; left > 0; left -= ZEROS.length) {
      target.put(ZEROS, 0, Math.min(left, ZEROS.length));
    }
  }

  private void readFile(TorrentFile file, long from, ByteBuffer target) throws IOException {
    try (var handle = open.open(location(file), OpenFiles.Absent.FAIL)) {
      while (target.hasRemaining()) {
        if (handle.channel().read(target, from + target.position()) < 0) {
          throw new ContentMissing(file.path() + " is shorter than the torrent says");
        }
      }
    } catch (NoSuchFileException _) {
      throw new ContentMissing(file.path() + " is not there");
    }
  }

  /**
   * Writes all of {@code source} at {@code position}; folders and files are made as needed.
   *
   * @throws ContentMissing somebody has removed a file that was written to before: made again in
   *     silence, it would be zeros where content was; the next write makes it
   */
  public void write(long position, ByteBuffer source) throws IOException {
    long at = position;
    for (int i = fileAt(at); source.hasRemaining(); i++) {
      var file = file(i);
      int length = (int) Math.min(source.remaining(), file.end() - at);
      if (!file.isPadding() && length > 0) {
        var path = location(file);
        var part = source.slice(source.position(), length);
        long from = at - file.offset();
        try (var handle = open.open(path, absent(i))) {
          while (part.hasRemaining()) {
            handle.channel().write(part, from + part.position());
          }
        } catch (NoSuchFileException e) {
          synchronized (made) {
            made.clear(i);
          }
          throw new ContentMissing(path + " is not there any more");
        }
        synchronized (made) {
          made.set(i);
        }
        synchronized (unsynced) {
          unsynced.add(path);
        }
      }
      source.position(source.position() + length);
      at += length;
    }
  }

  private OpenFiles.Absent absent(int file) {
    synchronized (made) {
      return made.get(file) ? OpenFiles.Absent.FAIL : OpenFiles.Absent.CREATE;
    }
  }

  /**
   * Makes everything written so far durable.
   *
   * @throws ContentMissing somebody has removed a file; the next call makes the others durable
   */
  public void force() throws IOException {
    var before = lost;
    if (before != null) {
      throw new IOException("data was lost on its way to the disk", before);
    }
    List<Path> due;
    synchronized (unsynced) {
      due = List.copyOf(unsynced);
      unsynced.clear();
    }
    for (var path : due) {
      try (var handle = open.open(path, OpenFiles.Absent.FAIL)) {
        force(handle.channel());
      } catch (IOException e) {
        boolean removed = e instanceof NoSuchFileException;
        synchronized (unsynced) {
          due.stream().filter(p -> !(removed && p.equals(path))).forEach(unsynced::add);
        }
        throw removed ? new ContentMissing(path + " is not there any more") : e;
      }
    }
  }

  private void force(FileChannel channel) throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      // The pages count as clean from here on, and the next call would succeed for nothing.
      lost = e;
      throw e;
    }
  }

  /**
   * Makes what holds no bytes: empty files and symbolic links among {@code wanted}. A link never
   * leaves the folder, and never replaces what is there; none is made below another.
   */
  public void makeEmptyFiles(List<TorrentFile> wanted) throws IOException {
    for (var file : wanted) {
      var path = location(file);
      if (file.length() > 0 || Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      var parent = path.resolveSibling(".").normalize();
      Files.createDirectories(parent);
      if (file.isSymlink() && file.symlink().isPresent()) {
        var target = SafePaths.resolve(root, file.symlink().get());
        if (isReally(parent)) {
          Files.createSymbolicLink(path, parent.relativize(target));
        }
      } else if (!file.isPadding()) {
        Files.createFile(path);
      }
    }
  }

  /** Whether no link leads to a folder: below one, the same way up would end elsewhere. */
  private boolean isReally(Path folder) throws IOException {
    var below = root.toAbsolutePath().normalize().relativize(folder);
    return folder.toRealPath().equals(root.toRealPath().resolve(below));
  }

  /** Size and time of each file; size -1 for one that is not there. */
  public List<FileStamp> stamps() throws IOException {
    var stamps = new ArrayList<FileStamp>();
    for (var file : files) {
      stamps.add(file.isPadding() ? FileStamp.ABSENT : FileStamp.of(location(file)));
    }
    return stamps;
  }

  /** The pieces whose files are there and long enough, by their sizes alone. */
  public Bitfield there() throws IOException {
    var stamps = stamps();
    var there = Bitfield.empty(layout.pieces());
    for (int piece = 0; piece < layout.pieces(); piece++) {
      long start = layout.offsetOf(piece);
      if (ResumePlan.isThere(this, stamps, start, start + layout.lengthOf(piece))) {
        there.set(piece);
      }
    }
    return there;
  }

  private TorrentFile file(int index) {
    if (index >= files.size()) {
      throw new IndexOutOfBoundsException("beyond the content");
    }
    return files.get(index);
  }

  /** The file that holds a byte. */
  int fileAt(long position) {
    int low = 0;
    int high = ends.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
