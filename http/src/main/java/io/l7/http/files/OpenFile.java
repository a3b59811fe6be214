package io.l7.http.files;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * An open file, and its content where that was read. What is neither final nor volatile belongs to
 * {@link OpenFiles}, under its lock.
 */
final class OpenFile {
  private record Content(Arena arena, ByteBuffer octets) {}

  private record Mapping(Arena arena, MemorySegment octets) {}

  private final FileChannel channel;
  private volatile Optional<Content> content = Optional.empty();
  private volatile Optional<Mapping> mapping = Optional.empty();

  /** Answers that send it now; the first is the one that opened it. */
  int users = 1;

  /** Whether the next request finds it. */
  boolean kept;

  /** Whether a request has found it since it was last looked at. */
  boolean usedLately;

  /** Bytes of memory that are counted for it. */
  long reserved;

  /** Whether a request has mapped it, or tried to. */
  boolean mappingTried;

  boolean closed;

  OpenFile(FileChannel channel) {
    this.channel = channel;
  }

  FileChannel channel() {
    return channel;
  }

  /** The whole content, once it was read; not to be used after {@link #close}. */
  Optional<ByteBuffer> memory() {
    return content.map(Content::octets);
  }

  /** Reads the content of a file that is in this state before and after; blocks. */
  void read(FileState state) throws IOException {
    var arena = Arena.ofShared();
    try {
      ByteBuffer octets = arena.allocate(state.size()).asByteBuffer();
      while (octets.hasRemaining()) {
        if (channel.read(octets, octets.position()) < 0) {
          throw new EOFException("the file is shorter than it was");
        }
      }
      if (!state.isCurrent()) {
        throw new NoSuchFileException(state.path().toString());
      }
      content = Optional.of(new Content(arena, octets.flip().asReadOnlyBuffer()));
    } finally {
      if (content.isEmpty()) {
        arena.close();
      }
    }
  }

  /**
   * The whole file in the address space, once it was mapped; not to be used after {@link #close}.
   */
  Optional<MemorySegment> mapped() {
    return mapping.map(Mapping::octets);
  }

  /** Maps a file of this size, which takes no memory but for its page tables. */
  void map(long size) throws IOException {
    var arena = Arena.ofShared();
    try {
      mapping =
          Optional.of(
              new Mapping(arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena)));
    } finally {
      if (mapping.isEmpty()) {
        arena.close();
      }
    }
  }

  /** Closes the file and gives the memory back: nobody may use either any more. */
  void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // Only read from: nothing is lost.
    }
    content.ifPresent(read -> read.arena().close());
    mapping.ifPresent(whole -> whole.arena().close());
  }
}
