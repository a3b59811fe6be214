package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Question;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal questions in flight share one resolution. Safe for all threads. Whoever would have to
 * wait for himself, over however many others, goes alone.
 */
final class Flights {
  /** What tells flights apart. */
  record Key(Question question, Context.Purpose purpose) {}

  /** The work to be shared. */
  @FunctionalInterface
  interface Work {
    Response run(Context context) throws ResolutionFailure;
  }

  static final class Flight {
    final Tasks.Gate gate;
    int waiters;
    @Nullable Flight waitsFor;
    @Nullable Response response;
    @Nullable ResolutionFailure failure;

    Flight(Tasks.Gate gate) {
      this.gate = gate;
    }
  }

  private final Tasks tasks;
  private final int mostWaiters;
  private final Map<Key, Flight> flights = new HashMap<>();
  private final Object lock = new Object();

  Flights(Tasks tasks, int mostWaiters) {
    this.tasks = tasks;
    this.mostWaiters = mostWaiters;
  }

  /**
   * Runs the work, or waits for a run of the same key and takes its result; empty if who ran it had
   * to give up for a reason of his own.
   */
  Optional<Response> share(Key key, Context context, Work work, Duration patience)
      throws ResolutionFailure {
    Flight mine = null;
    Flight other;
    synchronized (lock) {
      other = flights.get(key);
      if (other == null) {
        mine = new Flight(tasks.gate());
        flights.put(key, mine);
      } else if (wouldWaitForItself(other, context)) {
        other = null;
      } else if (other.waiters >= mostWaiters) {
        throw ResolutionFailure.ofQuestionAlone(
            ExtendedError.OTHER, "limit of " + mostWaiters + " waiters for one question reached");
      } else {
        other.waiters++;
        for (Flight led : led(context)) {
          led.waitsFor = other;
        }
      }
    }
    if (mine != null) {
      return Optional.of(lead(key, mine, context, work));
    }
    return other == null ? Optional.of(work.run(context)) : follow(other, context, patience);
  }

  private Response lead(Key key, Flight mine, Context context, Work work) throws ResolutionFailure {
    try {
      Response response = work.run(context.leading(mine));
      mine.response = response;
      return response;
    } catch (ResolutionFailure e) {
      mine.failure = e;
      throw e;
    } finally {
      synchronized (lock) {
        flights.remove(key, mine);
      }
      mine.gate.open();
    }
  }

  private Optional<Response> follow(Flight other, Context context, Duration patience)
      throws ResolutionFailure {
    boolean open = other.gate.await(patience);
    synchronized (lock) {
      other.waiters--;
      for (Flight led : led(context)) {
        led.waitsFor = null;
      }
    }
    if (!open) {
      throw ResolutionFailure.ofQuestionAlone(
          ExtendedError.NO_REACHABLE_AUTHORITY,
          "the same question asked before did not come to an end in time");
    }
    if (other.failure != null && !other.failure.isOfQuestionAlone()) {
      throw other.failure;
    }
    return Optional.ofNullable(other.response);
  }

  private static List<Flight> led(Context context) {
    var led = new ArrayList<Flight>();
    for (Optional<Context> at = Optional.of(context); at.isPresent(); at = at.get().above()) {
      at.get().flight().ifPresent(led::add);
    }
    return led;
  }

  private static boolean wouldWaitForItself(Flight other, Context context) {
    List<Flight> mine = led(context);
    Deque<Flight> path = new ArrayDeque<>();
    for (Flight at = other; at != null && !path.contains(at); at = at.waitsFor) {
      if (mine.contains(at)) {
        return true;
      }
      path.push(at);
    }
    return false;
  }
}
