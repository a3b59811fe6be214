package io.l7.dns.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Conformance;
import io.l7.dns.cache.Security;
import io.l7.dns.validator.DnsjavaOracle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every response that the validator judges in the vendors' scenarios, judged by dnsjava's too. */
class ValidatorOracleTest {
  /** Where dnsjava judges otherwise, and why that is no fault of ours: the scenarios pass. */
  private static final Map<String, String> DIFFERENCES =
      Map.of(
          "black_data.rpl",
          "name servers beside the answer, badly signed: ours leaves them out, theirs fails the"
              + " answer",
          "black_prime.rpl",
          "as black_data.rpl",
          "black_ent.rpl",
          "the first server's denial is badly signed: ours asks the next, theirs is not given it",
          "val_dname_bogus.rpl",
          "the CNAME beside the signed DNAME was altered: theirs does not compare them",
          "val_ta_sentinel.rpl",
          "root key sentinel (RFC 8509), which theirs does not have",
          "root_key_sentinel.rpl",
          "as val_ta_sentinel.rpl");

  @Test
  void dnsjavaJudgesTheScenariosResponsesAlike() throws IOException {
    Path folder = Conformance.required("dns");
    var counts = new EnumMap<Security, Integer>(Security.class);
    var differing = new TreeSet<String>();
    for (String suite : List.of("deckard", "unbound")) {
      for (Path file : Replay.files(folder.resolve(suite))) {
        for (DnsjavaOracle.Verdicts verdicts : play(file)) {
          counts.merge(verdicts.ours(), 1, Integer::sum);
          if (!verdicts.agree()) {
            differing.add(file.getFileName().toString());
            System.out.println(file.getFileName() + ": " + verdicts);
          }
        }
      }
    }
    System.out.println("responses judged by both validators: " + counts);
    assertThat(differing).isEqualTo(DIFFERENCES.keySet());
    assertThat(counts.get(Security.SECURE)).isGreaterThan(100);
    assertThat(counts.get(Security.INSECURE)).isGreaterThan(10);
    assertThat(counts.get(Security.BOGUS)).isGreaterThan(20);
  }

  private static List<DnsjavaOracle.Verdicts> play(Path file) throws IOException {
    Scenario scenario;
    ScenarioConfig config;
    try {
      scenario = ScenarioReader.read(Files.readString(file, StandardCharsets.ISO_8859_1));
      config = new ScenarioConfig(scenario);
    } catch (IllegalArgumentException e) {
      return List.of();
    }
    boolean comparable =
        config.unsupported.isEmpty()
            && !config.anchors.isEmpty()
            && config.negativeAnchors.isEmpty()
            && !config.ignoreSignatureTimes
            && !config.legacySignaturesValid;
    if (!comparable) {
      return List.of();
    }
    var oracles = new ArrayList<DnsjavaOracle>();
    new Player(
            scenario,
            config,
            config.features,
            Scoring.RELAXED,
            (made, clock) -> {
              var oracle =
                  new DnsjavaOracle(
                      made.validation(clock),
                      made.anchors,
                      () ->
                          scenario.dialect() == Scenario.Dialect.UNBOUND
                              ? made.time.orElseGet(() -> Math.floorDiv(clock.millis(), 1000L))
                              : Math.floorDiv(clock.millis(), 1000L));
              oracles.add(oracle);
              return oracle;
            })
        .play();
    return oracles.stream().flatMap(oracle -> oracle.verdicts().stream()).toList();
  }
}
