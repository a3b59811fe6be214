package io.l7.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Runs test classes inside the test, as an engine does. */
class LabEvidenceTest {
  private static final String FOLDER = "l7.test.evidence";

  @TempDir Path folder;

  /** Not found by a build: its name ends otherwise, and it is run below. */
  static final class Failing {
    @RegisterExtension
    final LabExtension lab =
        LabExtension.with(b -> b.site("www.example.lab", request -> Response.text("hello")))
            .evidence(Path.of(System.getProperty(FOLDER, "target/lab")));

    @Test
    void fails() throws Exception {
      fetch();
      throw new AssertionError("on purpose");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one/two", "three"})
    void failsEachTime(String how) {
      throw new AssertionError(how);
    }

    @Test
    void passes() throws Exception {
      fetch();
    }

    private void fetch() throws Exception {
      var url = lab.url("http", "www.example.lab", "/page");
      assertThat(lab.browser().send(Request.get(url)).body().text(100)).isEqualTo("hello");
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  static final class Sharing {
    static final Set<Lab> SEEN = ConcurrentHashMap.newKeySet();

    @RegisterExtension static final LabExtension LAB = LabExtension.with(b -> b.domain("a.lab"));

    @Test
    void first() {
      SEEN.add(LAB.lab());
    }

    @Test
    void second() {
      SEEN.add(LAB.lab());
    }
  }

  @Execution(ExecutionMode.CONCURRENT)
  static final class Isolated {
    static final Set<Lab> SEEN = ConcurrentHashMap.newKeySet();

    @RegisterExtension final LabExtension lab = LabExtension.with(b -> b.domain("a.lab"));

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void each(int number) {
      assertThat(number).isPositive();
      SEEN.add(lab.lab());
    }
  }

  private static EngineExecutionResults run(Class<?> tests, Path evidence) {
    System.setProperty(FOLDER, evidence.toString());
    try {
      return EngineTestKit.engine("junit-jupiter")
          .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
          .selectors(selectClass(tests))
          .execute();
    } finally {
      System.clearProperty(FOLDER);
    }
  }

  @Test
  void aTestThatFailsLeavesTranscriptCaptureAndQuestions() throws Exception {
    run(Failing.class, folder).testEvents().assertStatistics(s -> s.succeeded(1).failed(3));
    var kept = folder.resolve("Failing.fails");
    assertThat(kept.resolve("transcript.txt")).content().contains("GET /page HTTP/1.1", "hello");
    assertThat(kept.resolve("questions.txt"))
        .content()
        .contains("resolver.lab asked dns.example.lab: www.example.lab. A");
    byte[] capture = Files.readAllBytes(kept.resolve("capture.pcapng"));
    assertThat(capture).startsWith(0x0A, 0x0D, 0x0D, 0x0A);
    assertThat(new String(capture, java.nio.charset.StandardCharsets.ISO_8859_1))
        .contains("GET /page HTTP/1.1");
  }

  @Test
  void eachInvocationOfAParameterizedTestHasAFolderAndATestThatPassesNone() throws Exception {
    run(Failing.class, folder);
    try (var folders = Files.list(folder)) {
      assertThat(folders.map(f -> f.getFileName().toString()))
          .hasSize(3)
          .noneMatch(name -> name.contains("passes"))
          .filteredOn(name -> name.startsWith("Failing.failsEachTime."))
          .hasSize(2);
    }
  }

  @Test
  void testsOfAStaticFieldShareALabAndOthersHaveTheirOwn() {
    run(Sharing.class, folder).testEvents().assertStatistics(s -> s.succeeded(2));
    assertThat(Sharing.SEEN).hasSize(1);
    run(Isolated.class, folder).testEvents().assertStatistics(s -> s.succeeded(4));
    assertThat(Isolated.SEEN).hasSize(4);
  }
}
