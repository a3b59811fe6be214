package io.l7.http.client;

import io.l7.http.message.FieldNames;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Response;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Whether, and after which time, a request is made again that met trouble which may pass, as curl
 * has it: a timeout, a name that does not resolve, 408, 429, 500, 502, 503 and 504. Pure.
 *
 * @param most how often at most; 0: never
 * @param pause the time before each; none: 1 s before the first, then twice as long each time
 * @param refused whether a refused connection is such trouble as well
 */
public record Retries(int most, Optional<Duration> pause, boolean refused) {
  /**
   * The longest time between two requests. A server that asks for more gets no other request, and
   * its answer is taken as it is.
   */
  public static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final int DOUBLINGS = 20; // far over LONGEST
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);

  /** No request is made again. */
  public static Retries none() {
    return new Retries(0, Optional.empty(), false);
  }

  /**
   * The time until a request is made again that was answered; none where the answer is to be taken.
   *
   * @param made how many were made again already
   * @param now what a date of {@code Retry-After} counts from (RFC 9110 §10.2.3)
   */
  public Optional<Duration> after(int made, Response answer, Instant now) {
    if (made >= most || !PASSING.contains(answer.status().code())) {
      return Optional.empty();
    }
    Duration ours = backoff(made);
    Duration theirs =
        answer.field(FieldNames.RETRY_AFTER).flatMap(text -> wait(text, now)).orElse(ours);
    Duration longer = theirs.compareTo(ours) > 0 ? theirs : ours;
    return Optional.of(longer).filter(wait -> wait.compareTo(LONGEST) <= 0);
  }

  /** The time until a request is made again that has no answer; none where it is not. */
  public Optional<Duration> after(int made, ClientException fault) {
    boolean passing =
        fault instanceof ClientException.TimedOut
            || fault.getCause() instanceof UnknownHostException
            || refused && fault.getCause() instanceof ConnectException;
    return made < most && passing ? Optional.of(backoff(made)) : Optional.empty();
  }

  private Duration backoff(int made) {
    Duration doubled = FIRST.multipliedBy(1L << Math.min(made, DOUBLINGS));
    return pause.orElse(doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled);
  }

  private static Optional<Duration> wait(String text, Instant now) {
    return text.matches("[0-9]{1,9}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
        : HttpDate.parse(text, now).map(until -> Duration.between(now, until));
  }
}
