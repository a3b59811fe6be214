package io.l7.common.net;

import io.l7.common.framing.WireWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The ways of files and buffers to a connection. Those of files return how many octets went: fewer
 * at its end. An instance belongs to one connection and its thread.
 */
final class FileTransfer {
  private static final int COPY_OCTETS = 64 * 1024;
  private static final int WAITING_OCTETS = 32 * 1024;

  /** Octets of a mapped file that are written at a time. */
  private static final int MAPPED_OCTETS = 1024 * 1024;

  /** What a writer to a socket's channel owes the socket, where such writing does not wait. */
  @FunctionalInterface
  interface Room {
    /** Waits until the socket takes octets again. */
    void awaitWritable() throws IOException;

    /** Takes note of what the socket took, for others to have their turn. */
    default void wrote(long octets) {}

    static Room of(Socket socket) {
      return socket instanceof Room room ? room : () -> {};
    }
  }

  private static final FilePieces PIECES = new FilePieces(FilePieces.MOST);

  private final Socket socket;
  private final WireWriter pending;
  private final FileWay way;
  private final ReadAhead ahead = ReadAhead.ofThisMachine();

  FileTransfer(Socket socket, WireWriter pending) {
    this.socket = socket;
    this.pending = pending;
    this.way =
        new FileWay(
            (InetSocketAddress) socket.getLocalSocketAddress(),
            (InetSocketAddress) socket.getRemoteSocketAddress());
  }

  /** Behind what is pending, where nothing lies between the file and the socket. */
  long plain(FileChannel file, Optional<MemorySegment> mapped, long position, long count)
      throws IOException {
    var channel = socket.getChannel();
    if (channel == null || count == 0) return wrapped(file, position, count);
    long began = System.nanoTime();
    boolean copies = way.copies();
    var lent = copies && mapped.isEmpty() ? PIECES.take() : Optional.<ByteBuffer>empty();
    try {
      if (copies && mapped.isPresent()) {
        var room = Room.of(socket);
        return byMapping(file, mapped.get(), position, count, pending, channel, room, ahead);
      }
      if (lent.isEmpty()) {
        pending.flush();
        var room = Room.of(socket);
        return byKernel(file, position, count, channel, socket.getOutputStream(), room, ahead);
      }
      var piece = lent.get();
      pending.moveTo(piece);
      return byPieces(file, position, count, piece, channel, Room.of(socket), ahead);
    } finally {
      lent.ifPresent(PIECES::give);
      way.took(System.nanoTime() - began);
    }
  }

  /** Behind what is pending, through whatever lies between: TLS. */
  long wrapped(FileChannel file, long position, long count) throws IOException {
    pending.flush();
    return byCopy(file, position, count, pending, ahead);
  }

  /**
   * By sendfile. A virtual thread's socket does not block: when its buffer is full the kernel takes
   * nothing, and there is no waiting for room by sendfile. One ordinary write to {@code waiting}
   * waits for us, then sendfile goes on.
   */
  static long byKernel(
      FileChannel file,
      long position,
      long count,
      WritableByteChannel to,
      OutputStream waiting,
      Room room,
      ReadAhead ahead)
      throws IOException {
    @Nullable ByteBuffer portion = null;
    long done = 0;
    while (done < count) {
      long ready = ahead.ready(file, position + done, count - done);
      long began = ahead.now();
      long sent = file.transferTo(position + done, ready, to);
      ahead.sentSince(began);
      room.wrote(sent);
      if (sent <= 0) {
        if (portion == null) portion = ByteBuffer.allocate(WAITING_OCTETS);
        int read = read(file, portion, position + done, ready);
        if (read < 0) break;
        waiting.write(portion.array(), 0, read);
        sent = read;
      }
      done += sent;
    }
    return done;
  }

  /**
   * From a mapping of the whole file, which spares a copy: pays when the mapping is used again. It
   * is the kernel that reads it here, so a file that has shrunk is an error of writing, not a
   * signal.
   */
  static long byMapping(
      FileChannel file,
      MemorySegment mapped,
      long position,
      long count,
      WireWriter pending,
      GatheringByteChannel to,
      Room room,
      ReadAhead ahead)
      throws IOException {
    long done = 0;
    while (done < count) {
      long at = position + done;
      long ready = Math.min(ahead.ready(file, at, count - done), file.size() - at);
      if (ready <= 0) break;
      var window = mapped.asSlice(at, Math.min(ready, MAPPED_OCTETS)).asByteBuffer();
      int length = window.remaining();
      var parts = behind(pending, window);
      while (window.hasRemaining()) {
        long began = ahead.now();
        long sent;
        try {
          sent = to.write(parts);
        } catch (IOException e) {
          if (file.size() < at + length) return done; // the pages behind its end are gone
          throw e;
        }
        ahead.sentSince(began);
        if (sent == 0) room.awaitWritable();
        else room.wrote(sent);
      }
      done += length;
    }
    if (done == 0) pending.flush();
    return done;
  }

  /**
   * In large pieces through a buffer, behind what it holds already and in one write with it: a head
   * that arrives alone makes the receiver's kernel measure a round trip of nothing, and keep its
   * window small from then on.
   */
  static long byPieces(
      FileChannel file,
      long position,
      long count,
      ByteBuffer piece,
      WritableByteChannel to,
      Room room,
      ReadAhead ahead)
      throws IOException {
    long done = 0;
    while (done < count) {
      long ready = ahead.ready(file, position + done, count - done);
      piece.limit(piece.position() + (int) Math.min(FilePieces.OCTETS, ready));
      long began = ahead.now();
      int read = file.read(piece, position + done);
      ahead.sentSince(began);
      piece.flip();
      write(piece, to, room);
      piece.clear();
      if (read < 0) break;
      done += read;
    }
    return done;
  }

  /**
   * An array behind what is pending, through a buffer outside of the heap, in which both are put
   * together. A stream would copy them a second time, into a buffer that the JDK lends.
   */
  private static void byPieces(
      WireWriter pending, ByteBuffer source, WritableByteChannel to, Room room) throws IOException {
    var lent = PIECES.take();
    if (lent.isEmpty()) {
      byCopy(new ByteBuffer[] {source}, pending);
      return;
    }
    var piece = lent.get();
    try {
      pending.moveTo(piece);
      do {
        int count = Math.min(FilePieces.OCTETS, source.remaining());
        piece.put(piece.position(), source, source.position(), count);
        source.position(source.position() + count);
        piece.limit(piece.position() + count).position(0);
        write(piece, to, room);
        piece.clear();
      } while (source.hasRemaining());
    } finally {
      PIECES.give(piece);
    }
  }

  private static void write(ByteBuffer piece, WritableByteChannel to, Room room)
      throws IOException {
    while (piece.hasRemaining()) {
      int sent = to.write(piece);
      if (sent == 0) room.awaitWritable();
      else room.wrote(sent);
    }
  }

  /** Through this process, as TLS needs it. */
  static long byCopy(FileChannel file, long position, long count, OutputStream to, ReadAhead ahead)
      throws IOException {
    var portion = ByteBuffer.allocate((int) Math.min(COPY_OCTETS, count));
    long done = 0;
    while (done < count) {
      long ready = ahead.ready(file, position + done, count - done);
      long began = ahead.now();
      int read = read(file, portion, position + done, ready);
      ahead.sentSince(began);
      if (read < 0) break;
      to.write(portion.array(), 0, read);
      done += read;
    }
    to.flush();
    return done;
  }

  /** Buffers behind what is pending, in one call with it. */
  static void together(WireWriter pending, ByteBuffer[] parts, GatheringByteChannel to, Room room)
      throws IOException {
    if (parts.length == 1 && parts[0].hasArray()) byPieces(pending, parts[0], to, room);
    else gathered(pending, parts, to, room);
  }

  private static void gathered(
      WireWriter pending, ByteBuffer[] parts, GatheringByteChannel to, Room room)
      throws IOException {
    var all = behind(pending, parts);
    int next = 0;
    while (next < all.length) {
      if (all[next].hasRemaining()) {
        long sent = to.write(all, next, all.length - next);
        if (sent == 0) room.awaitWritable();
        else room.wrote(sent);
      } else {
        next++;
      }
    }
  }

  /** What is pending, taken over, and the parts behind it. */
  private static ByteBuffer[] behind(WireWriter pending, ByteBuffer... parts) {
    if (pending.pending() == 0) return parts;
    var head = ByteBuffer.allocate(pending.pending());
    pending.moveTo(head);
    var all = new ByteBuffer[parts.length + 1];
    all[0] = head.flip();
    System.arraycopy(parts, 0, all, 1, parts.length);
    return all;
  }

  /** Buffers through a stream. */
  static void byCopy(ByteBuffer[] parts, OutputStream to) throws IOException {
    for (var part : parts) {
      if (part.hasArray()) {
        to.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        continue;
      }
      var octets = new byte[Math.min(COPY_OCTETS, part.remaining())];
      while (part.hasRemaining()) {
        int count = Math.min(octets.length, part.remaining());
        part.get(octets, 0, count);
        to.write(octets, 0, count);
      }
    }
    to.flush();
  }

  private static int read(FileChannel file, ByteBuffer portion, long position, long most)
      throws IOException {
    portion.clear().limit((int) Math.min(portion.capacity(), most));
    return file.read(portion, position);
  }
}
