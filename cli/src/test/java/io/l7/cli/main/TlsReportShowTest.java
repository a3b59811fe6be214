package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 smtp tls-report show}. */
class TlsReportShowTest {
  private static final String DAY =
      """
      {"day": "2026-11-22", "domains": [
       {"domain": "hamburger.edu", "sent": ["mailto:tls@hamburger.edu"], "policies": [
        {"policy": {"policy-type": "sts", "policy-string": ["version: STSv1"],
          "policy-domain": "hamburger.edu", "mx-host": ["mx.hamburger.edu"]},
         "summary": {"total-successful-session-count": 3, "total-failure-session-count": 2},
         "failure-details": [
          {"result-type": "validation-failure", "sending-mta-ip": "192.0.2.1",
           "receiving-mx-hostname": "mx.hamburger.edu", "receiving-ip": "192.0.2.2",
           "failed-session-count": 2, "failure-reason-code": "be\\u001bcause"}]}]},
       {"domain": "crepes.fr", "sent": [], "policies": []}]}
      """;

  @TempDir private Path store;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int show(String... more) {
    var words = new String[4 + more.length];
    words[0] = "smtp";
    words[1] = "tls-report";
    words[2] = "show";
    words[3] = "--store=" + store;
    System.arraycopy(more, 0, words, 4, more.length);
    return Main.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  private void day() throws IOException {
    Path folder = Files.createDirectories(store.resolve("tls-reports"));
    Files.writeString(folder.resolve("2026-11-22.json"), DAY);
  }

  @Test
  void whatIsCountedIsShownByDayAndDomain() throws IOException {
    day();
    assertThat(show("Hamburger.EDU")).isZero();
    assertThat(out.toString())
        .isEqualToNormalizingNewlines(
            """
            2026-11-22 hamburger.edu
              sent to mailto:tls@hamburger.edu
              sts hamburger.edu: 3 successful, 2 failed
                2 validation-failure mx.hamburger.edu 192.0.2.2 be?cause
            """);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void programsGetWhatAReportWouldTell() throws IOException {
    day();
    assertThat(show("--json")).isZero();
    var found = Json.parse(out.toString()).elements();
    assertThat(found).hasSize(2);
    assertThat(found.getFirst().at("day").text()).isEqualTo("2026-11-22");
    assertThat(found.getFirst().at("policies"))
        .isEqualTo(Json.parse(DAY).at("domains").elements().getFirst().at("policies"));
  }

  @Test
  void whatIsNotCountedIsANo() throws IOException {
    assertThat(show()).isEqualTo(1);
    assertThat(err.toString()).contains("nothing is counted there; serve --tls-report does it");
    day();
    assertThat(show("example.com")).isEqualTo(1);
    assertThat(err.toString()).contains("l7: example.com: nothing is counted of it");
    assertThat(out.toString()).isEmpty();
  }
}
