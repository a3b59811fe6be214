package io.l7.cli;

import io.l7.common.net.Endpoint;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a server on the command line: ready lines, then until SIGTERM or Ctrl-C, then a drain
 * and exit status 0. SIGHUP reloads what can be reloaded.
 */
public final class Daemon {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final PrintWriter out;
  private final Duration drain;
  private final List<Stop> stops = new ArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);

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

  /** Prints {@code ready PROTOCOL HOST:PORT}: the listener accepts. */
  public void ready(String protocol, InetSocketAddress address) {
    out.println("ready " + protocol + " " + Endpoint.of(address));
    out.flush();
  }

  /** Adds something to stop at the end; the last added stops first. */
  public void onStop(Stop stop) {
    stops.addFirst(stop);
  }

  /** Reloads at SIGHUP, where the system has that signal. */
  public void onReload(Reload reload) {
    try { // the JDK's only door to signals is unsupported API: by reflection, and its absence is no
      // fault
      var handlerType = Class.forName("sun.misc.SignalHandler");
      var signalType = Class.forName("sun.misc.Signal");
      var handler =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) reload(reload);
                return null;
              });
      signalType
          .getMethod("handle", signalType, handlerType)
          .invoke(null, signalType.getConstructor(String.class).newInstance("HUP"), handler);
    } catch (ReflectiveOperationException | RuntimeException e) {
      LOG.debug("no SIGHUP here", e);
    }
  }

  private static void reload(Reload reload) {
    try {
      reload.reload();
      LOG.warn("reloaded");
    } catch (Exception e) {
      LOG.error("not reloaded, the old configuration stays: {}", Errors.line(e));
    }
  }

  /** Waits for SIGTERM, Ctrl-C or {@link #end}; then drains. Returns the exit status. */
  public int await() throws InterruptedException {
    var hook = new Thread(this::atSignal, "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    ended.await();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return 0; // a signal came at the same time; its hook does the rest
    }
    stopAll();
    return 0;
  }

  /** Ends the wait from inside. */
  public void end() {
    ended.countDown();
  }

  private void atSignal() {
    stopAll();
    out.flush();
    Runtime.getRuntime().halt(0); // an orderly end is exit status 0, not 143
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
