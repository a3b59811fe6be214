package io.l7.common.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final int SIZE = 8_000_000;

  private static Path file(Path folder) throws Exception {
    var content = new byte[SIZE];
    Seeded.random("transfer").nextBytes(content);
    return Files.write(folder.resolve("film"), content);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRegionOfAFileArrivesAsItIsPlainAndUnderTls(boolean tls, @TempDir Path folder)
      throws Exception {
    var film = file(folder);
    var listener = tls ? Listener.tls(ANY, TlsIdentity.selfSigned("localhost")) : Listener.tcp(ANY);
    try (var channel = FileChannel.open(film);
        var server =
            TcpServer.named("films")
                .listen(listener)
                .start(
                    connection -> {
                      connection.awaitInput();
                      connection.out().latin1("head");
                      connection.transfer(channel, 10, SIZE);
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      if (tls) client.startTls(TlsTrust.insecure(), "localhost");
      client.out().latin1("x");
      client.out().flush();
      var received = new byte[4 + SIZE - 10];
      client.in().readFully(received);
      var expected = Files.readAllBytes(film);
      assertThat(Arrays.mismatch(received, 4, received.length, expected, 10, SIZE)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void buffersArriveInTheirOrderBehindWhatWasPending(boolean tls) throws Exception {
    var content = new byte[SIZE];
    Seeded.random("buffers").nextBytes(content);
    var listener = tls ? Listener.tls(ANY, TlsIdentity.selfSigned("localhost")) : Listener.tcp(ANY);
    try (var server =
            TcpServer.named("buffers")
                .listen(listener)
                .start(
                    connection -> {
                      connection.awaitInput();
                      connection.out().latin1("head");
                      var direct = ByteBuffer.allocateDirect(SIZE - 10).put(content, 10, SIZE - 10);
                      var empty = ByteBuffer.allocate(0);
                      connection.send(ByteBuffer.wrap(content, 0, 10), empty, direct.flip(), empty);
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      if (tls) client.startTls(TlsTrust.insecure(), "localhost");
      client.out().latin1("x");
      client.out().flush();
      var received = new byte[4 + SIZE];
      client.in().readFully(received);
      assertThat(Arrays.mismatch(received, 4, received.length, content, 0, SIZE)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void partsOfAnArrayArriveBehindWhatWasPending(boolean tls) throws Exception {
    var content = new byte[SIZE];
    Seeded.random("array").nextBytes(content);
    var listener = tls ? Listener.tls(ANY, TlsIdentity.selfSigned("localhost")) : Listener.tcp(ANY);
    try (var server =
            TcpServer.named("arrays")
                .listen(listener)
                .start(
                    connection -> {
                      connection.awaitInput();
                      connection.out().latin1("head");
                      connection.send(ByteBuffer.wrap(content, 0, 0));
                      connection.send(ByteBuffer.wrap(content, 0, 10));
                      connection.out().latin1("tail");
                      connection.send(ByteBuffer.wrap(content, 10, SIZE - 10));
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      if (tls) client.startTls(TlsTrust.insecure(), "localhost");
      client.out().latin1("x");
      client.out().flush();
      var received = new byte[8 + SIZE];
      client.in().readFully(received);
      assertThat(new String(received, 0, 4, ISO_8859_1)).isEqualTo("head");
      assertThat(Arrays.mismatch(received, 4, 14, content, 0, 10)).isEqualTo(-1);
      assertThat(new String(received, 14, 4, ISO_8859_1)).isEqualTo("tail");
      assertThat(Arrays.mismatch(received, 18, received.length, content, 10, SIZE)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aMappedFileArrivesAsItIsBehindWhatWasPending(boolean tls, @TempDir Path folder)
      throws Exception {
    var film = file(folder);
    var listener = tls ? Listener.tls(ANY, TlsIdentity.selfSigned("localhost")) : Listener.tcp(ANY);
    try (var arena = Arena.ofShared();
        var channel = FileChannel.open(film);
        var server =
            TcpServer.named("films")
                .listen(listener)
                .start(
                    connection -> {
                      connection.awaitInput();
                      connection.out().latin1("head");
                      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE, arena);
                      connection.transfer(channel, Optional.of(mapped), 10, SIZE);
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      if (tls) client.startTls(TlsTrust.insecure(), "localhost");
      client.out().latin1("x");
      client.out().flush();
      var received = new byte[4 + SIZE - 10];
      client.in().readFully(received);
      assertThat(new String(received, 0, 4, ISO_8859_1)).isEqualTo("head");
      var expected = Files.readAllBytes(film);
      assertThat(Arrays.mismatch(received, 4, received.length, expected, 10, SIZE)).isEqualTo(-1);
      assertThat(client.in().read()).isEqualTo(-1);
    }
  }

  @Test
  void aMappedFileThatShrinksWhileItIsSentEndsEarly(@TempDir Path folder) throws Exception {
    long size = 64L << 20;
    var sent = new CompletableFuture<Long>();
    try (var arena = Arena.ofShared();
        var file = new RandomAccessFile(folder.resolve("film").toFile(), "rw");
        var server =
            TcpServer.named("films")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      connection.awaitInput();
                      var channel = file.getChannel();
                      file.setLength(size);
                      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
                      sent.complete(connection.transfer(channel, Optional.of(mapped), 0, size));
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      client.out().latin1("x");
      client.out().flush();
      long received = 100_000;
      client.in().readFully(new byte[(int) received]);
      file.setLength(0);
      while (client.in().read() >= 0) received++;
      assertThat(received).isLessThan(size);
      assertThat(sent.get(10, TimeUnit.SECONDS)).isLessThanOrEqualTo(received);
    }
  }

  @Test
  void aClientThatDoesNotReadCostsNoProcessorTime(@TempDir Path folder) throws Exception {
    var film = file(folder);
    var begun = new CountDownLatch(1);
    var done = new AtomicLong();
    try (var channel = FileChannel.open(film);
        var server =
            TcpServer.named("films")
                .listen(Listener.tcp(ANY))
                .start(
                    connection -> {
                      connection.awaitInput();
                      begun.countDown();
                      for (int i = 0; i < 4; i++)
                        done.addAndGet(connection.transfer(channel, 0, SIZE));
                    });
        var client = Dialer.over(Network.real()).dial(server.address())) {
      client.out().latin1("x");
      client.out().flush();
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
      long before = processorNanos();
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(800);
      while (System.nanoTime() < until) LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      long used = processorNanos() - before;
      assertThat(done.get()).isLessThan(4L * SIZE);
      assertThat(TimeUnit.NANOSECONDS.toMillis(used))
          .as("ms of processor time while the client read nothing")
          .isLessThan(400);
      client.in().readFully(new byte[4 * SIZE]);
    }
  }

  private static long processorNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
