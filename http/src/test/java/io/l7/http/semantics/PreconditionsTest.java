package io.l7.http.semantics;

import static io.l7.http.semantics.Preconditions.Outcome.FAILED;
import static io.l7.http.semantics.Preconditions.Outcome.NOT_MODIFIED;
import static io.l7.http.semantics.Preconditions.Outcome.PROCEED;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Spec("RFC 9110 §13.2.2")
class PreconditionsTest {
  private static final Instant MODIFIED = Instant.parse("2025-06-01T12:00:00.5Z");
  private static final String SAME = "Sun, 01 Jun 2025 12:00:00 GMT";
  private static final String BEFORE = "Sun, 01 Jun 2025 11:59:59 GMT";
  private static final String AFTER = "Sunday, 01-Jun-25 12:00:01 GMT";
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Validators CURRENT =
      new Validators(Optional.of(EntityTag.strong("x")), Optional.of(MODIFIED));
  private static final Validators WEAK =
      new Validators(Optional.of(EntityTag.weak("x")), Optional.of(MODIFIED));

  private static Preconditions.Outcome get(String... fields) {
    return Preconditions.evaluate(Method.GET, Fields.of(fields), CURRENT, NOW);
  }

  @Test
  void ifMatchComparesStronglyAndComesFirst() {
    assertThat(get("If-Match", "\"x\"")).isEqualTo(PROCEED);
    assertThat(get("If-Match", "\"a\", \"x\"")).isEqualTo(PROCEED);
    assertThat(get("If-Match", "*")).isEqualTo(PROCEED);
    assertThat(get("If-Match", "\"y\"")).isEqualTo(FAILED);
    assertThat(get("If-Match", "W/\"x\"")).isEqualTo(FAILED);
    assertThat(get("If-Match", "\"y\"", "If-None-Match", "\"x\"")).isEqualTo(FAILED);
    assertThat(get("If-Match", "\"x\"", "If-Unmodified-Since", BEFORE)).isEqualTo(PROCEED);
  }

  @Test
  void ifUnmodifiedSinceFailsForALaterChange() {
    assertThat(get("If-Unmodified-Since", BEFORE)).isEqualTo(FAILED);
    assertThat(get("If-Unmodified-Since", SAME)).isEqualTo(PROCEED);
    assertThat(get("If-Unmodified-Since", "yesterday")).isEqualTo(PROCEED);
  }

  @Test
  void ifNoneMatchComparesWeaklyAndHidesIfModifiedSince() {
    assertThat(get("If-None-Match", "W/\"x\"")).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-None-Match", "*")).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-None-Match", "\"y\"", "If-Modified-Since", AFTER)).isEqualTo(PROCEED);
    assertThat(Preconditions.evaluate(Method.PUT, Fields.of("If-None-Match", "*"), CURRENT, NOW))
        .isEqualTo(FAILED);
  }

  @Test
  void ifModifiedSinceCountsForReadsOnly() {
    assertThat(get("If-Modified-Since", SAME)).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-Modified-Since", AFTER)).isEqualTo(NOT_MODIFIED);
    assertThat(get("If-Modified-Since", BEFORE)).isEqualTo(PROCEED);
    assertThat(get("If-Modified-Since", "0")).isEqualTo(PROCEED);
    assertThat(
            Preconditions.evaluate(Method.POST, Fields.of("If-Modified-Since", SAME), CURRENT, NOW))
        .isEqualTo(PROCEED);
  }

  @Test
  @Spec("RFC 9110 §13.1.5")
  void ifRangeWantsAStrongMatch() {
    assertThat(Preconditions.rangeApplies(Fields.of(), CURRENT, NOW)).isTrue();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", "\"x\""), CURRENT, NOW)).isTrue();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", "W/\"x\""), WEAK, NOW)).isFalse();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", "\"x\""), WEAK, NOW)).isFalse();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", SAME), CURRENT, NOW)).isTrue();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", AFTER), CURRENT, NOW)).isFalse();
    assertThat(Preconditions.rangeApplies(Fields.of("If-Range", SAME), CURRENT, MODIFIED))
        .isFalse();
  }

  /** Every pair in which both conditions speak: the one that the standard puts first decides. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // method | If-Match | If-Unmodified-Since | If-None-Match | If-Modified-Since | outcome
        "GET  | \"x\" | before |         |        | PROCEED",
        "GET  | \"y\" | same   |         |        | FAILED",
        "GET  | \"y\" |        | \"x\" |        | FAILED",
        "GET  | \"x\" |        | \"x\" |        | NOT_MODIFIED",
        "GET  | \"x\" |        | \"y\" | same   | PROCEED",
        "GET  |         | before | \"x\" |        | FAILED",
        "GET  |         | same   | \"x\" |        | NOT_MODIFIED",
        "GET  |         | before |         | same   | FAILED",
        "GET  |         | same   |         | same   | NOT_MODIFIED",
        "GET  |         | same   |         | before | PROCEED",
        "GET  |         |        | \"y\" | same   | PROCEED",
        "GET  |         |        | \"x\" | before | NOT_MODIFIED",
        "HEAD |         |        | \"x\" | before | NOT_MODIFIED",
        "PUT  | \"x\" |        | \"x\" |        | FAILED",
        "PUT  | \"x\" |        | \"y\" | same   | PROCEED",
        "PUT  |         | same   |         | same   | PROCEED",
        "PUT  |         | before | \"y\" |        | FAILED",
        "PUT  | *       | before |         |        | PROCEED",
        "PUT  |         |        | *       |        | FAILED"
      })
  @Spec("RFC 9110 §13.2.2")
  void theOrderOfConditionsIsTheStandards(
      String method,
      @Nullable String match,
      @Nullable String unmodified,
      @Nullable String noneMatch,
      @Nullable String modified,
      Preconditions.Outcome outcome) {
    var fields = Fields.builder();
    add(fields, "If-Modified-Since", date(modified));
    add(fields, "If-None-Match", noneMatch);
    add(fields, "If-Unmodified-Since", date(unmodified));
    add(fields, "If-Match", match);
    assertThat(Preconditions.evaluate(Method.of(method), fields.build(), CURRENT, NOW))
        .isEqualTo(outcome);
  }

  private static void add(Fields.Builder fields, String name, @Nullable String value) {
    if (value != null) {
      fields.add(name, value);
    }
  }

  private static @Nullable String date(@Nullable String word) {
    return word == null ? null : word.equals("same") ? SAME : BEFORE;
  }
}
