package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a client asks again. */
class RetriesTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final Retries five = new Retries(5, Optional.empty(), false);

  private static Response busy(String retryAfter) {
    return Response.of(Status.SERVICE_UNAVAILABLE).with(FieldNames.RETRY_AFTER, retryAfter);
  }

  @Test
  void eachPauseIsTwiceAsLongAsTheOneBeforeAndTheFifthIsTheLast() {
    var busy = Response.of(Status.SERVICE_UNAVAILABLE);
    for (int made = 0; made < 5; made++) {
      assertThat(five.after(made, busy, NOW)).contains(Duration.ofSeconds(1L << made));
    }
    assertThat(five.after(5, busy, NOW)).isEmpty();
    assertThat(new Retries(1000, Optional.empty(), false).after(999, busy, NOW))
        .contains(Retries.LONGEST);
    assertThat(new Retries(5, Optional.of(Duration.ofMillis(3)), false).after(4, busy, NOW))
        .contains(Duration.ofMillis(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatMayPassIsTriedAgain(int code) {
    assertThat(five.after(0, Response.of(Status.of(code)), NOW)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 304, 400, 401, 404, 410, 501, 505})
  void whatWillNotPassIsTaken(int code) {
    assertThat(five.after(0, Response.of(Status.of(code)), NOW)).isEmpty();
    assertThat(Retries.none().after(0, Response.of(Status.SERVICE_UNAVAILABLE), NOW)).isEmpty();
  }

  @ParameterizedTest
  @Spec("RFC 9110 §10.2.3")
  @CsvSource({
    "7, 7",
    "0, 1",
    "600, 600",
    "'Fri, 02 Jan 2026 03:05:05 GMT', 60",
    "'Fri, 02 Jan 2026 03:04:04 GMT', 1",
    "soon, 1",
    "-5, 1"
  })
  void theServerMayAskForMoreTime(String field, long seconds) {
    assertThat(five.after(0, busy(field), NOW)).contains(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"601", "999999999", "Fri, 02 Jan 2099 03:05:05 GMT"})
  void whoAsksForTooMuchGetsNoOtherRequest(String field) {
    assertThat(five.after(0, busy(field), NOW)).isEmpty();
  }

  @Test
  void aTimeoutAndANameThatDoesNotResolveMayPassAndARefusalWhereThatIsSaid() {
    var late = new ClientException.TimedOut("late", new IOException());
    var unknown = new ClientException.NoConnection("unknown", new UnknownHostException());
    var refused = new ClientException.NoConnection("refused", new ConnectException());
    assertThat(five.after(2, late)).contains(Duration.ofSeconds(4));
    assertThat(five.after(0, unknown)).contains(Duration.ofSeconds(1));
    assertThat(five.after(0, refused)).isEmpty();
    assertThat(new Retries(1, Optional.empty(), true).after(0, refused)).isPresent();
    assertThat(five.after(5, late)).isEmpty();
    assertThat(five.after(0, new ClientException.BadResponse("no HTTP"))).isEmpty();
  }
}
