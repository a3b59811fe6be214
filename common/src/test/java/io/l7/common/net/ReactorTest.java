package io.l7.common.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
@ParameterizedClass
@EnumSource
class ReactorTest {
  /** Both ways of asking the kernel. */
  enum Kind {
    CHANNELS {
      @Override
      Reactor open() throws IOException {
        return ChannelReactor.open();
      }
    },
    LINUX {
      @Override
      Reactor open() throws IOException {
        assumeTrue(LinuxStreams.areAvailable(), "no Linux, or its calls are not allowed");
        return LinuxReactor.open();
      }
    };

    abstract Reactor open() throws IOException;
  }

  private final Kind kind;
  private Reactor reactor;
  private ServerSocketChannel listener;
  private Socket client;
  private ReactorSocket socket;

  ReactorTest(Kind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void connect() throws IOException {
    reactor = kind.open();
    listener = ServerSocketChannel.open();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    client = dial();
    socket = reactor.socket(listener.accept());
  }

  private Socket dial() throws IOException {
    var dialled = new Socket();
    dialled.connect(listener.getLocalAddress());
    return dialled;
  }

  @AfterEach
  void disconnect() throws IOException {
    if (listener == null) return;
    client.close();
    socket.close();
    listener.close();
  }

  @Test
  void whatComesWakesTheReaderAndTheEndDoesToo() throws Exception {
    var all = inVirtualThread(() -> new String(socket.getInputStream().readAllBytes(), US_ASCII));
    for (var word : new String[] {"one ", "two ", "three"}) {
      client.getOutputStream().write(word.getBytes(US_ASCII));
    }
    client.shutdownOutput();
    assertThat(all.get()).isEqualTo("one two three");
  }

  @Test
  void aPlatformThreadMayWaitAsWell() throws Exception {
    var one = new FutureTask<>(() -> socket.getInputStream().read());
    var thread = Thread.ofPlatform().start(one);
    awaitState(thread, Thread.State.WAITING);
    client.getOutputStream().write('x');
    assertThat(one.get()).isEqualTo('x');
  }

  @Test
  void aReaderThatMayNotWaitLongerIsTold() {
    socket.setSoTimeout(20);
    var reading = inVirtualThread(() -> socket.getInputStream().read(new byte[10]));
    assertThatThrownBy(reading::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void closingWakesReaderAndWriter() throws Exception {
    var reading = inVirtualThread(() -> socket.getInputStream().read(new byte[10]));
    var writing =
        inVirtualThread(
            () -> {
              var much = new byte[1 << 20];
              while (true) socket.getOutputStream().write(much);
            });
    awaitQuiet();
    socket.close();
    assertThatThrownBy(reading::get).hasCauseInstanceOf(SocketException.class);
    assertThatThrownBy(writing::get).hasCauseInstanceOf(SocketException.class);
  }

  @Test
  void anInterruptClosesAsTheJdksSocketsDo() throws Exception {
    var started = new CompletableFuture<Thread>();
    var reading =
        inVirtualThread(
            () -> {
              started.complete(Thread.currentThread());
              return socket.getInputStream().read(new byte[10]);
            });
    started.get().interrupt();
    assertThatThrownBy(reading::get).hasCauseInstanceOf(SocketException.class);
    assertThat(socket.isClosed()).isTrue();
  }

  @Test
  void inputThatIsShutDownEndsForTheReaderWhileWritingGoesOn() throws Exception {
    var reading = inVirtualThread(() -> socket.getInputStream().read(new byte[10]));
    awaitQuiet();
    socket.shutdownInput();
    assertThat(reading.get()).isEqualTo(-1);
    socket.getOutputStream().write('y');
    assertThat(client.getInputStream().read()).isEqualTo('y');
  }

  @Test
  void muchIsWrittenWhileTheOtherDirectionIsRead() throws Exception {
    int octets = 8 << 20;
    var writing =
        inVirtualThread(
            () -> {
              socket.getOutputStream().write(new byte[octets]);
              socket.shutdownOutput();
              return octets;
            });
    var reading = inVirtualThread(() -> count(socket.getInputStream()));
    var received = inVirtualThread(() -> count(client.getInputStream()));
    client.getOutputStream().write(new byte[octets]);
    client.shutdownOutput();
    assertThat(writing.get()).isEqualTo(octets);
    assertThat(reading.get()).isEqualTo(octets);
    assertThat(received.get()).isEqualTo(octets);
  }

  @Test
  void inputThatNobodyTakesIsNotAskedForAgainAndAgainAndNotLost() throws Exception {
    var first = inVirtualThread(() -> socket.getInputStream().read(new byte[10]));
    client.getOutputStream().write('a');
    assertThat(first.get()).isEqualTo(1);

    client.getOutputStream().write('b'); // and nobody reads
    awaitQuiet();
    long questions = reactor.questions();
    assertThat(questions).as("questions").isLessThan(100);

    var second = inVirtualThread(() -> socket.getInputStream().read());
    assertThat(second.get()).isEqualTo('b');
    var third = inVirtualThread(() -> socket.getInputStream().read());
    client.getOutputStream().write('c');
    assertThat(third.get()).as("watched again").isEqualTo('c');
  }

  @Test
  void noWakeUpIsLostInTwentyThousandExchanges() throws Exception {
    int rounds = 20_000;
    var echo =
        inVirtualThread(
            () -> {
              var buffer = new byte[64];
              int count;
              while ((count = socket.getInputStream().read(buffer)) > 0)
                socket.getOutputStream().write(buffer, 0, count);
              return 0;
            });
    client.setTcpNoDelay(true);
    for (int i = 0; i < rounds; i++) {
      client.getOutputStream().write(i & 0x7f);
      assertThat(client.getInputStream().read()).isEqualTo(i & 0x7f);
    }
    client.shutdownOutput();
    assertThat(echo.get()).isZero();
  }

  @Test
  void theEndIsSeenWhetherItComesWithTheLastOctetsOrBehindThem() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      try (var dialled = dial();
          var accepted = reactor.socket(listener.accept())) {
        var reading =
            inVirtualThread(
                () -> {
                  var buffer = new byte[64];
                  int octets = accepted.getInputStream().read(buffer);
                  return octets == 1 ? accepted.getInputStream().read(buffer) : octets;
                });
        dialled.getOutputStream().write('x');
        if (i % 2 == 1) Thread.onSpinWait();
        dialled.shutdownOutput();
        assertThat(reading.get()).isEqualTo(-1);
      }
    }
  }

  @Test
  void anEndThatWasThereBeforeTheFirstReadIsSeen() throws Exception {
    client.getOutputStream().write('x');
    client.shutdownOutput();
    var all = inVirtualThread(() -> new String(socket.getInputStream().readAllBytes(), US_ASCII));
    assertThat(all.get()).isEqualTo("x");
  }

  @Test
  void aResetIsNoEnd() throws Exception {
    var reading = inVirtualThread(() -> socket.getInputStream().read(new byte[10]));
    awaitQuiet();
    client.setSoLinger(true, 0);
    client.close();
    assertThatThrownBy(reading::get)
        .hasCauseInstanceOf(SocketException.class)
        .hasMessageContaining("Connection reset");
  }

  @Test
  void writingToOneThatHasGoneFails() throws Exception {
    client.setSoLinger(true, 0);
    client.close();
    var writing =
        inVirtualThread(
            () -> {
              while (true) socket.getOutputStream().write(new byte[1024]);
            });
    assertThatThrownBy(writing::get).hasCauseInstanceOf(IOException.class);
  }

  /** A descriptor is another's as soon as it is closed. */
  @Test
  void whoeverReadsWhileItIsClosedTakesNothingFromTheNext() throws Exception {
    for (int i = 0; i < 500; i++) {
      var old = dial();
      var closed = reactor.socket(listener.accept());
      var reading = inVirtualThread(() -> drain(closed));
      var next = dial();
      next.getOutputStream().write(new byte[] {1, 2, 3, 4});
      closed.close();
      try (var accepted = reactor.socket(listener.accept())) {
        var octets = inVirtualThread(() -> accepted.getInputStream().readNBytes(4));
        assertThat(octets.get()).containsExactly(1, 2, 3, 4);
      }
      assertThat(reading.get()).isZero();
      next.close();
      old.close();
    }
  }

  @Test
  void noOctetOutsideOfTheArrayIsTouched() throws Exception {
    client.getOutputStream().write(new byte[64]);
    var small = new byte[8];
    var reading = inVirtualThread(() -> socket.getInputStream().read(small, 4, 8));
    assertThatThrownBy(reading::get).hasCauseInstanceOf(IndexOutOfBoundsException.class);
    var writing =
        inVirtualThread(
            () -> {
              socket.getOutputStream().write(small, 4, 8);
              return 0;
            });
    assertThatThrownBy(writing::get).hasCauseInstanceOf(IndexOutOfBoundsException.class);
  }

  private static int drain(Socket from) {
    int octets = 0;
    try {
      while (from.getInputStream().read(new byte[10]) > 0) octets++;
    } catch (IOException _) {
      // it was closed
    }
    return octets;
  }

  @Test
  void aWriterThatWaitedOnceIsNotWokenByWhatIsRead() throws Exception {
    int octets = 4 << 20;
    var writing =
        inVirtualThread(
            () -> {
              socket.getOutputStream().write(new byte[octets]);
              return octets;
            });
    var received = inVirtualThread(() -> client.getInputStream().readNBytes(octets).length);
    assertThat(writing.get()).isEqualTo(octets);
    assertThat(received.get()).isEqualTo(octets);
    var again =
        inVirtualThread(
            () -> {
              int read = socket.getInputStream().read();
              socket.getOutputStream().write(new byte[octets]);
              return read;
            });
    client.getOutputStream().write('z');
    assertThat(client.getInputStream().readNBytes(octets)).hasSize(octets);
    assertThat(again.get()).isEqualTo('z');
  }

  /** Until the reactor has had nothing to ask for a while. */
  private void awaitQuiet() {
    long before;
    do {
      before = reactor.questions();
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    } while (reactor.questions() != before);
  }

  private static void awaitState(Thread thread, Thread.State state) {
    while (thread.getState() != state) Thread.onSpinWait();
  }

  private static int count(InputStream in) throws IOException {
    var buffer = new byte[64 * 1024];
    int sum = 0;
    int count;
    while ((count = in.read(buffer)) >= 0) sum += count;
    return sum;
  }

  private static <T> FutureTask<T> inVirtualThread(Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.startVirtualThread(task);
    return task;
  }
}
