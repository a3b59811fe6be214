package io.l7.common.net;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells sessions in virtual threads that their sockets are ready. It is a virtual thread itself,
 * which takes turns with those it wakes: it asks the kernel once for all that is ready, each of
 * these sessions has its turn, then it asks again. So a busy neighbour comes up no oftener than
 * others, and under load one question serves hundreds of requests.
 *
 * <p>The JDK's own way for a socket read by a virtual thread is a read in vain, a one-shot interest
 * and a wake-up from outside the scheduler, which comes to it when its own queue is empty: under
 * load two more system calls a request, and turns that depend on luck.
 */
abstract class Reactor {
  private static final Logger LOG = LoggerFactory.getLogger(Reactor.class);

  /** Of the JVM, as its processors are. */
  private static final List<Reactor> SHARED = new ArrayList<>();

  /** Processors that one serves: its own work is less than a tenth of a small request's. */
  private static final int PROCESSORS = 8;

  /**
   * Sessions woken at once: with a thousand, what waking touches would be out of the processor's
   * cache when the last of them runs.
   */
  private static final int TOGETHER = 32;

  /** Before it goes on after a failure, which as a rule is there still. */
  private static final long AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static int turn;

  /** Of all that one question reports; with room for it from the start, as nobody reports twice. */
  private final ArrayDeque<Readiness> ready = new ArrayDeque<>(2 * LinuxEpoll.REPORTS + 1);

  private long wasAside = System.nanoTime();
  private final AtomicLong questions = new AtomicLong();

  /** Begins its turns. */
  final void start() {
    Thread.ofVirtual().name("reactor").start(this::run);
  }

  /**
   * The next of those that all sockets share.
   *
   * @throws IOException there is no descriptor left for it
   */
  static synchronized Reactor shared() throws IOException {
    int most = Math.max(1, Runtime.getRuntime().availableProcessors() / PROCESSORS);
    if (SHARED.size() < most) SHARED.add(open());
    return SHARED.get(turn++ % SHARED.size());
  }

  private static Reactor open() throws IOException {
    return LinuxStreams.areAvailable() ? LinuxReactor.open() : ChannelReactor.open();
  }

  /** Makes a connected channel a socket whose threads wait here. */
  abstract ReactorSocket socket(SocketChannel channel) throws IOException;

  /** Asks the kernel which sockets are ready and reports them; waits when none is. */
  abstract void ask() throws IOException;

  /** The carrier was free until now. */
  final void rested() {
    wasAside = System.nanoTime();
  }

  private void run() {
    while (true) {
      questions.incrementAndGet();
      try {
        ask();
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      }
      try {
        wake(); // those too that were reported before a failure: nobody reports them again
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  /** Goes on after a while, whatever it is: all sessions wait here. */
  static void failed(Throwable e) {
    try {
      LOG.error("waiting for sockets failed", e);
    } catch (Error _) {
      // There is no memory to say so.
    }
    LockSupport.parkNanos(AFTER_FAILURE_NANOS);
  }

  private void wake() {
    while (!ready.isEmpty()) {
      for (int woken = 0; woken < TOGETHER && !ready.isEmpty(); woken++)
        ready.remove().wakeWaiter();
      giveWay();
    }
  }

  /** Lets those have their turn that it woke, and from time to time everybody else. */
  @SuppressWarnings("ThreadPriorityCheck") // It is what makes turns of it.
  private void giveWay() {
    Thread.yield(); // behind the sessions: after it, nobody is left in the carrier's own queue
    if (System.nanoTime() - wasAside < Scheduled.AMONG_THEMSELVES_NANOS) return;
    boolean _ = Scheduled.standAside();
    rested();
  }

  /** Takes note of one that is to be woken, behind those before it. */
  final void ready(Readiness one) {
    ready.add(one);
  }

  /** How often it has asked the kernel. */
  final long questions() {
    return questions.get();
  }
}
