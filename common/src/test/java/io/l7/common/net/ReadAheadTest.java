package io.l7.common.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.READ;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import io.l7.common.disk.DiskPool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {
  private static final long SEEK_NANOS = 8_000_000;

  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong();
  private final List<Thread> readers = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final DiskPool pool = new DiskPool("test", 1);
  private final ReadAhead ahead = new ReadAhead(now::get, () -> pool);
  private byte[] content;
  private FileChannel real;

  /** What a part costs that is not in memory, whoever is first to ask for it. */
  private long coldTo;

  private long inMemoryTo;

  /** Who waited for the disk without being one of its threads, each time. */
  private final List<Thread> waited = new CopyOnWriteArrayList<>();

  @BeforeEach
  void makeFile() throws IOException {
    content = new byte[5 * ReadAhead.PIECE_OCTETS / 2];
    new Random(20260101).nextBytes(content);
    real = FileChannel.open(Files.write(folder.resolve("film"), content), READ);
  }

  @AfterEach
  void close() throws IOException {
    real.close();
    pool.close();
  }

  private FileChannel file() throws IOException {
    FileChannel file = mock(FileChannel.class, delegatesTo(real));
    doAnswer(
            call -> {
              readers.add(Thread.currentThread());
              load(
                  call.getArgument(1, Long.class),
                  call.getArgument(0, ByteBuffer.class).remaining());
              return real.read(
                  call.getArgument(0, ByteBuffer.class), call.getArgument(1, Long.class));
            })
        .when(file)
        .read(any(ByteBuffer.class), anyLong());
    doAnswer(
            call -> {
              long most = Math.min(256 * 1024, call.getArgument(1, Long.class));
              load(call.getArgument(0, Long.class), most);
              return real.transferTo(
                  call.getArgument(0, Long.class),
                  most,
                  call.getArgument(2, WritableByteChannel.class));
            })
        .when(file)
        .transferTo(anyLong(), anyLong(), any(WritableByteChannel.class));
    return file;
  }

  private void load(long position, long count) {
    long end = position + count;
    if (end > inMemoryTo && inMemoryTo < coldTo) {
      now.addAndGet(SEEK_NANOS);
      if (!Thread.currentThread().getName().startsWith("test-disk-"))
        waited.add(Thread.currentThread());
    }
    inMemoryTo = Math.max(inMemoryTo, end);
  }

  private void send() throws IOException {
    long count =
        FileTransfer.byKernel(
            file(), 0, content.length, Channels.newChannel(sent), sent, () -> {}, ahead);
    assertThat(count).isEqualTo(content.length);
    assertThat(sent.toByteArray()).isEqualTo(content);
  }

  @Test
  void aFileInMemoryIsSentWithoutBeingRead() throws IOException {
    send();
    assertThat(readers).isEmpty();
  }

  @Test
  void aColdFileIsReadAheadOnThreadsThatMayWait() throws IOException {
    coldTo = content.length;
    send();
    assertThat(readers)
        .isNotEmpty()
        .allSatisfy(thread -> assertThat(thread.getName()).startsWith("test-disk-"));
    // One call of the kernel found out; all other waiting was the pool's.
    assertThat(now.get()).isEqualTo(SEEK_NANOS * (1 + readers.size()));
  }

  @Test
  void readingAheadEndsWhereTheFileIsInMemory() throws IOException {
    coldTo = 256 * 1024;
    send();
    assertThat(readers).hasSize(ReadAhead.PIECE_OCTETS / (64 * 1024));
  }

  @Test
  void aColdFileIsReadAheadForTlsToo() throws IOException {
    coldTo = content.length;
    FileTransfer.byCopy(file(), 0, content.length, sent, ahead);
    assertThat(sent.toByteArray()).isEqualTo(content);
    assertThat(readers).anySatisfy(thread -> assertThat(thread.getName()).startsWith("test-disk-"));
  }

  @Test
  void aColdFileIsReadAheadForAPeerOnThisMachineToo() throws IOException {
    coldTo = content.length;
    var piece = ByteBuffer.allocateDirect(16 + FilePieces.OCTETS);
    piece.put("head".getBytes(US_ASCII));
    long count =
        FileTransfer.byPieces(
            file(), 0, content.length, piece, Channels.newChannel(sent), () -> {}, ahead);
    assertThat(count).isEqualTo(content.length);
    assertThat(sent.toByteArray()).startsWith("head".getBytes(US_ASCII)).endsWith(content);
    assertThat(sent.size()).isEqualTo(4 + content.length);
    // One read found out; all other waiting was the pool's.
    assertThat(readers).anySatisfy(thread -> assertThat(thread.getName()).startsWith("test-disk-"));
    assertThat(waited).containsExactly(Thread.currentThread());
  }

  @Test
  void piecesEndWhereTheFileHasShrunk() throws IOException {
    var piece = ByteBuffer.allocateDirect(FilePieces.OCTETS);
    var to = Channels.newChannel(sent);
    assertThat(FileTransfer.byPieces(real, 0, content.length + 9L, piece, to, () -> {}, ahead))
        .isEqualTo(content.length);
    assertThat(sent.toByteArray()).isEqualTo(content);
  }
}
