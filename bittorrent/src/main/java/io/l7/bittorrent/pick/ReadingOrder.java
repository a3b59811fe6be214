package io.l7.bittorrent.pick;

import io.l7.bittorrent.swarm.PieceLayout;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which pieces come before the rarest, and in which order: those before the eyes of who reads the
 * content while it is fetched, and in sequential mode the next ones, with the ends of their file,
 * where media have their tables. What is beyond these windows is picked by rarity, so that peers
 * that would wait have something to bring. Pure. Not safe for concurrent use.
 */
public final class ReadingOrder {
  /** What nobody reads. */
  public enum Mode {
    RAREST_FIRST,
    SEQUENTIAL
  }

  /**
   * Bounds of what comes first.
   *
   * @param window bytes before a reader; 16 MiB: half a minute of a film of 4 Mbit/s
   * @param least pieces before a reader, however large they are; 4
   * @param edge bytes at the beginning and the end of a file; 1 MiB: room for the tables of a film
   *     of two hours
   */
  public record Limits(long window, int least, long edge) {
    public static final Limits DEFAULTS = new Limits(16 << 20, 4, 1 << 20);
  }

  /**
   * Who reads.
   *
   * @param position of the next byte within the content
   * @param end one past the last byte
   */
  public record Reader(long position, long end) {}

  private final PieceLayout layout;
  private final List<FileSelection.Range> files;
  private final Mode mode;
  private final Limits limits;
  private List<Reader> readers = List.of();
  private int firstMissing;
  private int file;

  /**
   * @param layout of the torrent
   * @param files that are wanted, in the order of the content, none empty
   * @param mode for what nobody reads
   * @param limits of the windows
   */
  public ReadingOrder(
      PieceLayout layout, List<FileSelection.Range> files, Mode mode, Limits limits) {
    this.layout = layout;
    this.files = List.copyOf(files);
    this.mode = mode;
    this.limits = limits;
  }

  /** Who reads now; the first of them comes first. */
  public void readers(List<Reader> now) {
    readers = List.copyOf(now);
  }

  /** Whether anybody reads. */
  public boolean hasReaders() {
    return !readers.isEmpty();
  }

  /** A piece that was there, or might have been, is missing. */
  public void missing(int piece) {
    firstMissing = Math.min(firstMissing, piece);
    file = 0;
  }

  /**
   * The pieces that come first, in order.
   *
   * @param wanted whether a piece is selected and not verified
   */
  public List<Integer> urgent(IntPredicate wanted) {
    var windows = new ArrayList<List<Integer>>();
    for (var reader : readers) {
      windows.add(window(reader.position(), reader.end(), wanted));
    }
    var urgent = interleaved(windows);
    if (mode == Mode.SEQUENTIAL) {
      sequential(wanted, urgent);
    }
    return List.copyOf(urgent);
  }

  private List<Integer> window(long position, long end, IntPredicate wanted) {
    var window = new ArrayList<Integer>();
    int first = layout.pieceAt(position);
    int last = layout.pieceAt(end - 1);
    for (int piece = first; piece <= last; piece++) {
      if (piece - first >= limits.least() && layout.offsetOf(piece) >= position + limits.window()) {
        break;
      }
      if (wanted.test(piece)) {
        window.add(piece);
      }
    }
    return window;
  }

  private static Set<Integer> interleaved(List<List<Integer>> windows) {
    var all = new LinkedHashSet<Integer>();
    boolean more = true;
    for (int i = 0; more; i++) {
      more = false;
      for (var window : windows) {
        if (i < window.size()) {
          all.add(window.get(i));
          more = true;
        }
      }
    }
    return all;
  }

  private void sequential(IntPredicate wanted, Set<Integer> urgent) {
    while (firstMissing < layout.pieces() && !wanted.test(firstMissing)) {
      firstMissing++;
    }
    if (firstMissing == layout.pieces()) {
      return;
    }
    long position = layout.offsetOf(firstMissing);
    while (file < files.size() - 1 && end(files.get(file)) <= position) {
      file++;
    }
    var current = files.get(file);
    long edge = Math.min(limits.edge(), current.length());
    add(current.offset(), current.offset() + edge, wanted, urgent);
    add(end(current) - edge, end(current), wanted, urgent);
    urgent.addAll(window(position, layout.totalLength(), wanted));
  }

  private static long end(FileSelection.Range file) {
    return file.offset() + file.length();
  }

  private void add(long from, long to, IntPredicate wanted, Set<Integer> urgent) {
    for (int piece = layout.pieceAt(from); piece <= layout.pieceAt(to - 1); piece++) {
      if (wanted.test(piece)) {
        urgent.add(piece);
      }
    }
  }
}
