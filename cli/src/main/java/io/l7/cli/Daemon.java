package io.l7.cli;

import io.l7.common.net.Endpoint;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a server on the command line: ready lines, then until SIGTERM or Ctrl-C, then a drain
 * and exit status 0. SIGHUP reloads what can be reloaded; one that comes before all is ready is
 * heeded then. Whoever has read a ready line may send the signal: so nothing is said to be ready
 * before the signal is heeded.
 */
public final class Daemon implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final PrintWriter out;
  private final Duration drain;
  private final List<Stop> stops = new CopyOnWriteArrayList<>();
  private final List<String> waiting = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::atSignal, "shutdown");
  private volatile IntSupplier status = () -> 0;
  private Optional<Reload> reload = Optional.empty();
  private boolean hungUp;
  private volatile boolean open;

  /** Something that ends within a time. */
  @FunctionalInterface
  public interface Stop {
    /** Stops; running work has {@code limit} to end. */
    void stop(Duration limit) throws Exception;
  }

  /** Something that reads its files again. */
  @FunctionalInterface
  public interface Reload {
    /** Reloads; when that fails everything stays as it was. */
    void reload() throws Exception;
  }

  /** A daemon whose ready lines go to {@code out}. */
  public Daemon(PrintWriter out, Duration drain) {
    this.out = out;
    this.drain = drain;
  }

  /**
   * The listener accepts: {@code ready PROTOCOL HOST:PORT} is printed once all is {@link #open}.
   */
  public void ready(String protocol, InetSocketAddress address) {
    waiting.add("ready " + protocol + " " + Endpoint.of(address));
  }

  /** The exit status after a signal where it is not 0: the work may not be done by then. */
  public void status(IntSupplier atSignal) {
    status = atSignal;
  }

  /** Adds something to stop at the end; the last added stops first. */
  public void onStop(Stop stop) {
    stops.add(0, stop);
  }

  /**
   * Notes SIGHUP from here on, where the system has that signal, for a server that will reload:
   * before it does, the signal would end the process.
   */
  public void expectReload() {
    try { // the JDK's only door to signals is unsupported API: by reflection, and its absence is no
      // fault
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var signalType = Class.forName("sun.misc.Signal");
      var handler =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) hangUp();
                return null;
              });
      signalType
          .getMethod("handle", signalType, handlerType)
          .invoke(null, signalType.getConstructor(String.class).newInstance("HUP"), handler);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("no SIGHUP here", e);
    }
  }

  /** Reloads at SIGHUP, the earlier ones that were noted included, once all is {@link #open}. */
  public synchronized void onReload(Reload how) {
    reload = Optional.of(how);
  }

  /** SIGHUP has come. */
  synchronized void hangUp() {
    hungUp = true;
    if (!open || reload.isEmpty()) return;
    hungUp = false;
    try {
      reload.get().reload();
      LOG.info("reloaded");
    } catch (Exception e) {
      LOG.error("not reloaded, the old configuration stays: {}", Errors.line(e));
    }
  }

  /** Heeds signals from here on, then prints what is ready. Until {@link #close}. */
  public void open() {
    if (!open) Runtime.getRuntime().addShutdownHook(hook);
    open = true;
    waiting.forEach(out::println);
    waiting.clear();
    out.flush();
    synchronized (this) {
      if (hungUp) hangUp();
    }
  }

  /**
   * Opens, waits for SIGTERM, Ctrl-C or {@link #end}; then drains. Returns the exit status, but not
   * after a signal, which ends the process.
   */
  public int await() throws InterruptedException {
    open();
    ended.await();
    if (release()) stopAll(); // otherwise a signal came at the same time; its hook does the rest
    return 0;
  }

  /** Leaves signals to the system again; stops nothing. */
  @Override
  public void close() {
    boolean _ = release();
  }

  private boolean release() {
    if (!open) return true;
    open = false;
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /** Ends the wait from inside. */
  public void end() {
    ended.countDown();
  }

  private void atSignal() {
    int orderly = status.getAsInt(); // 143 would be that of no order
    stopAll();
    out.flush();
    Runtime.getRuntime().halt(orderly);
  }

  private void stopAll() {
    for (var stop : stops) {
      try {
        stop.stop(drain);
      } catch (Exception e) {
        LOG.error("stopping: {}", Errors.line(e), e);
      }
    }
  }
}
