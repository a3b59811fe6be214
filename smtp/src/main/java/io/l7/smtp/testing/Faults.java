package io.l7.smtp.testing;

import io.l7.common.limits.TokenBucket;
import io.l7.smtp.protocol.Command;
import io.l7.smtp.protocol.Reply;
import io.l7.smtp.session.Fault;
import io.l7.smtp.session.FaultScript;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * A script of faults: what happens, at which event, the how-many-th time. Deterministic: counts
 * events, draws no lots. Thread-safe; may be changed while the server runs.
 */
public final class Faults implements FaultScript {
  /** Which of the events of a kind are hit; asked once for each. */
  private interface Pick {
    boolean hits();
  }

  private record Rule(Predicate<Object> event, Pick pick, Fault fault) {
    boolean fires(Object what) {
      return event.test(what) && pick.hits();
    }
  }

  /** Events that are no commands. */
  private enum Other {
    CONNECT,
    CONTENT
  }

  private final List<Rule> rules = new ArrayList<>();
  private final LongSupplier clock;
  private OptionalLong dropAt = OptionalLong.empty();

  /** No faults yet; rates count by the machine's time. */
  public Faults() {
    this(System::nanoTime);
  }

  /** No faults yet; rates count by this clock of nanoseconds. */
  public Faults(LongSupplier clock) {
    this.clock = clock;
  }

  /** Where a fault happens; the next call says what happens. */
  public final class When {
    private final Predicate<Object> event;
    private final Pick pick;

    private When(Predicate<Object> event, Pick pick) {
      this.event = event;
      this.pick = pick;
    }

    /** Only the {@code n}-th time, counted from 1. */
    public When nth(int n) {
      var seen = new AtomicInteger();
      return new When(event, () -> seen.incrementAndGet() == n);
    }

    /** Only the first {@code n} times. */
    public When first(int n) {
      var seen = new AtomicInteger();
      return new When(event, () -> seen.incrementAndGet() <= n);
    }

    /** Each time that would be more than so many within a time: a limit of the rate. */
    public When moreThan(int count, Duration within) {
      var bucket = new TokenBucket(count * 1e9 / within.toNanos(), (double) count, clock);
      return new When(event, () -> !bucket.tryTake(1));
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

    /** The server says yes to STARTTLS and then talks no TLS; the event is STARTTLS. */
    public Faults breakTls() {
      return then(new Fault.BrokenTls());
    }

    private Faults then(Fault fault) {
      synchronized (rules) {
        rules.add(new Rule(event, pick, fault));
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
    return new When(event, () -> true);
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
