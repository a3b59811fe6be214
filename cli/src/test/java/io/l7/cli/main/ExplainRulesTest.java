package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code l7 dns explain} under policy zones; nobody is there to be asked. */
class ExplainRulesTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int explain(String name) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("block.zone"),
            "$TTL 300\n@ SOA . . 1 3600 600 86400 60\n"
                + "*.evil.example CNAME .\ndrop.example CNAME rpz-drop.\n");
    String[] words = {
      "dns", "explain", name, "--forward", "127.0.0.1:1", "--rpz", "block.test=" + file
    };
    return Main.run(words, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void theTreeNamesZoneAndRule() throws IOException {
    assertThat(explain("www.evil.example")).isEqualTo(1);
    assertThat(out.toString())
        .contains("policy: block.test. QNAME *.evil.example.block.test. nxdomain")
        .contains("NXDOMAIN");
  }

  @Test
  void silenceIsOneLine() throws IOException {
    assertThat(explain("drop.example")).isEqualTo(1);
    assertThat(err.toString()).contains("drop.example. IN A: dropped").hasLineCount(1);
  }
}
