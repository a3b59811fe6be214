package io.l7.dns.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.testkit.Conformance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ReplayTest {
  private static final String SCENARIO =
      """
      stub-addr: 193.0.14.129
      query-minimization: off
      CONFIG_END
      SCENARIO_BEGIN one referral, one answer
      RANGE_BEGIN 0 100
        ADDRESS 193.0.14.129
      ENTRY_BEGIN
      MATCH opcode subdomain
      ADJUST copy_id copy_query
      REPLY QR NOERROR
      SECTION QUESTION
      example. A
      SECTION AUTHORITY
      example. NS ns.example.
      SECTION ADDITIONAL
      ns.example. A 192.0.2.1
      ENTRY_END
      RANGE_END
      RANGE_BEGIN 0 100
        ADDRESS 192.0.2.1
      ENTRY_BEGIN
      MATCH opcode question
      ADJUST copy_id
      REPLY QR AA NOERROR
      SECTION QUESTION
      www.example. A
      SECTION ANSWER
      www.example. 300 A 10.20.30.40
      ENTRY_END
      RANGE_END
      STEP 1 QUERY
      ENTRY_BEGIN
      REPLY RD
      SECTION QUESTION
      www.example. A
      ENTRY_END
      STEP 2 CHECK_ANSWER
      ENTRY_BEGIN
      MATCH all ttl
      REPLY QR RD RA NOERROR
      SECTION QUESTION
      www.example. A
      SECTION ANSWER
      www.example. 300 A 10.20.30.40
      ENTRY_END
      SCENARIO_END
      """;

  private static Verdict play(String text) {
    return new Replay(Scoring.RELAXED).play(text).verdict();
  }

  @Test
  void aScenarioPassesAndFailsWhenItsExpectedAnswerIsAltered() {
    assertThat(play(SCENARIO)).isInstanceOf(Verdict.Passed.class);
    int expectation = SCENARIO.indexOf("CHECK_ANSWER");
    String altered =
        SCENARIO.substring(0, expectation)
            + SCENARIO.substring(expectation).replace("10.20.30.40", "10.20.30.41");
    assertThat(play(altered)).isInstanceOf(Verdict.Failed.class);
    assertThat(play(SCENARIO.replace("10.20.30.40", "10.20.30.41")))
        .isInstanceOf(Verdict.Passed.class);
    assertThat(play(SCENARIO.replace("REPLY QR RD RA NOERROR", "REPLY QR RD RA SERVFAIL")))
        .isInstanceOf(Verdict.Failed.class);
  }

  @Test
  void anUnknownKeyMakesAScenarioUnsupported() {
    assertThat(play("features: dns64\n" + SCENARIO)).isInstanceOf(Verdict.Unsupported.class);
  }

  @Test
  void theVendorsScenariosPassButForTheExceptionsListed() throws IOException {
    Path folder = Conformance.folder("dns").orElse(null);
    assumeTrue(folder != null, "no conformance data");
    Set<String> failed = new TreeSet<>();
    int passed = 0;
    for (String suite : new String[] {"deckard", "unbound"}) {
      for (Path file : Replay.files(Objects.requireNonNull(folder).resolve(suite))) {
        if (new Replay(Scoring.RELAXED).play(file).verdict() instanceof Verdict.Passed) {
          passed++;
        } else {
          failed.add(suite + "/" + file.getFileName());
        }
      }
    }
    assertThat(failed).isEqualTo(exceptions());
    assertThat(passed).isGreaterThanOrEqualTo(178 + 224);
  }

  private static Set<String> exceptions() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ReplayTest.class.getResourceAsStream("exceptions.tsv"))) {
      var names = new TreeSet<String>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line -> names.add(line.substring(0, line.indexOf('\t'))));
      return names;
    }
  }
}
