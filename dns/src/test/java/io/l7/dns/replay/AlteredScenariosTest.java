package io.l7.dns.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.testkit.Conformance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A verdict that no alteration can spoil is worth nothing. */
class AlteredScenariosTest {
  /** A record that no server of any scenario has. */
  private static final String STRANGER = "stranger.invalid. 60 IN A 192.0.2.77";

  @Test
  void everyScenarioThatPassesFailsWithAnotherExpectation() throws IOException {
    Path folder = Conformance.folder("dns").orElse(null);
    assumeTrue(folder != null, "no conformance data");
    var replay = new Replay(Scoring.RELAXED);
    List<String> unmoved = new ArrayList<>();
    int altered = 0;
    for (Path file : Replay.files(folder)) {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1);
      if (!(replay.play(text).verdict() instanceof Verdict.Passed)) {
        continue;
      }
      for (String other : List.of(withOtherRcode(text), withOtherAnswer(text))) {
        if (!other.equals(text)) {
          altered++;
          if (!(replay.play(other).verdict() instanceof Verdict.Failed)) {
            unmoved.add(file.getFileName().toString());
          }
        }
      }
    }
    assertThat(unmoved).isEmpty();
    assertThat(altered).isGreaterThan(750);
  }

  private static String withOtherRcode(String text) {
    return expectation(text, "rcode")
        .map(
            part ->
                text.substring(0, part.start)
                    + part.text.replaceFirst(
                        "(?m)^\\s*REPLY.*$", part.rcode("NXRRSET") + "\nREPLY NXRRSET")
                    + text.substring(part.start + part.text.length()))
        .orElse(text);
  }

  private static String withOtherAnswer(String text) {
    return expectation(text, "answer")
        .map(
            part ->
                text.substring(0, part.start)
                    + part.withRecord()
                    + text.substring(part.start + part.text.length()))
        .orElse(text);
  }

  private record Part(int start, String text) {
    /** The words of the entry's REPLY line but for its rcode. */
    String rcode(String other) {
      String line =
          text.lines().filter(each -> each.strip().startsWith("REPLY")).findFirst().orElseThrow();
      return line.replaceAll(
          "NOERROR|SERVFAIL|NXDOMAIN|REFUSED|FORMERR|NOTIMP|NOTIMPL|YXDOMAIN|BADVERS", other);
    }

    String withRecord() {
      return text.contains("SECTION ANSWER")
          ? text.replaceFirst("SECTION ANSWER", "SECTION ANSWER\n" + STRANGER)
          : text.replaceFirst("ENTRY_END", "SECTION ANSWER\n" + STRANGER + "\nENTRY_END");
    }
  }

  /** The last expectation of a scenario, if it compares what is named. */
  private static Optional<Part> expectation(String text, String compared) {
    int start = text.lastIndexOf("CHECK_ANSWER");
    if (start < 0) {
      return Optional.empty();
    }
    String entry = text.substring(start, text.indexOf("ENTRY_END", start) + 9);
    boolean compares =
        entry
            .lines()
            .map(String::strip)
            .filter(line -> line.startsWith("MATCH"))
            .anyMatch(line -> line.matches(".*\\b(all|" + compared + ")\\b.*"));
    return compares && entry.contains("REPLY")
        ? Optional.of(new Part(start, entry))
        : Optional.empty();
  }
}
