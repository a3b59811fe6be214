package io.l7.smtp.testing;

import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.session.Fault;
import io.l7.smtp.session.FaultScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A script of faults: what happens, at which event, the how-many-th time. Deterministic: counts
 * events, draws no lots. Thread-safe; may be changed while the server runs.
 */
public final class Faults implements FaultScript {
  private record Rule(
      Predicate<Object> event, int from, int count, AtomicInteger seen, Fault fault) {
    boolean fires(Object what) {
      if (!event.test(what)) {
        return false;
      }
      var n = seen.incrementAndGet();
      return n >= from && n - from < count;
    }
  }

  /** Events that are no commands. */
  private enum Other {
    CONNECT,
    CONTENT
  }

  private final List<Rule> rules = new ArrayList<>();
  private OptionalLong dropAt = OptionalLong.empty();

  /** Where a fault happens; the next call says what happens. */
  public final class When {
    private final Predicate<Object> event;
    private final int from;
    private final int count;

    private When(Predicate<Object> event, int from, int count) {
      this.event = event;
      this.from = from;
      this.count = count;
    }

    /** Only the {@code n}-th time, counted from 1. */
    public When nth(int n) {
      return new When(event, n, 1);
    }

    /** Only the first {@code n} times. */
    public When first(int n) {
      return new When(event, 1, n);
    }

    /** The server gives this reply, {@code "451 4.3.0 try later"}; after 421 it closes. */
    public Faults answer(String reply) {
      var text = reply.length() > 4 ? reply.substring(4) : "";
      return then(new Fault.Answer(Reply.of(Integer.parseInt(reply.substring(0, 3)), text)));
    }

    /** The server closes the connection without a word. */
    public Faults drop() {
      return then(new Fault.Drop());
    }

    /** The server waits before it answers. */
    public Faults delay(Duration time) {
      return then(new Fault.Slow(time));
    }

    private Faults then(Fault fault) {
      synchronized (rules) {
        rules.add(new Rule(event, from, count, new AtomicInteger(), fault));
      }
      return Faults.this;
    }
  }

  /** When a client connects. */
  public When onConnect() {
    return when(Other.CONNECT::equals);
  }

  /** When a command of this kind comes: {@code onCommand(Command.Rcpt.class)}. */
  public When onCommand(Class<? extends Command> kind) {
    return when(kind::isInstance);
  }

  /** When a content has come to its end. */
  public When onContent() {
    return when(Other.CONTENT::equals);
  }

  /** Closes the connection when so many octets of a content have come. */
  public Faults dropContentAfter(long octets) {
    synchronized (rules) {
      dropAt = OptionalLong.of(octets);
    }
    return this;
  }

  /** Behaves again. */
  public void clear() {
    synchronized (rules) {
      rules.clear();
      dropAt = OptionalLong.empty();
    }
  }

  private When when(Predicate<Object> event) {
    return new When(event, 1, Integer.MAX_VALUE);
  }

  private Fault find(Object event) {
    synchronized (rules) {
      var found = Fault.none();
      for (var rule : rules) { // every rule counts, the first that fires wins
        if (rule.fires(event) && found instanceof Fault.None) {
          found = rule.fault();
        }
      }
      return found;
    }
  }

  @Override
  public Fault onConnectFault() {
    return find(Other.CONNECT);
  }

  @Override
  public Fault onCommandFault(Command command) {
    return find(command);
  }

  @Override
  public Fault onContentFault() {
    return find(Other.CONTENT);
  }

  @Override
  public OptionalLong dropContentAt() {
    synchronized (rules) {
      return dropAt;
    }
  }
}
