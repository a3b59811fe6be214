package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.cli.main.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the README says can be typed. */
class ReadmeTest {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z0-9-]*");

  private static final String SNIPPETS =
      "integration-tests/src/test/java/io/l7/it/ReadmeSnippetsTest.java";

  private static List<String> fencedLines() throws IOException {
    var lines = Files.readAllLines(Project.root().resolve("README.md"));
    boolean inside = false;
    var fenced = new java.util.ArrayList<String>();
    for (var line : lines) {
      if (line.startsWith("```")) inside = !inside;
      else if (inside) fenced.add(line.strip());
    }
    return fenced;
  }

  static Stream<String> commands() throws IOException {
    return fencedLines().stream()
        .filter(line -> line.contains("./l7 "))
        .map(line -> line.substring(line.indexOf("./l7 ")));
  }

  @Test
  void theFirstTwoCommandsAreTheLabAndTheTests() throws IOException {
    assertThat(
            fencedLines().stream()
                .filter(line -> line.startsWith("./l7 lab") || line.startsWith("mvn ")))
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(fencedLines().getFirst()).startsWith("./l7 lab");
  }

  @Test
  void everyPieceOfJavaShownIsOneThatATestRuns() throws IOException {
    var readme = Files.readString(Project.root().resolve("README.md"));
    var tests = Files.readString(Project.root().resolve(SNIPPETS)).replaceAll("\\s", "");
    var snippets =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme).results().toList();
    assertThat(snippets)
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(found -> assertThat(tests).contains(found.group(1).replaceAll("\\s", "")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandShownExistsWithTheOptionsShown(String command) {
    var words = command.substring("./l7 ".length()).split(" ", -1);
    var path =
        Arrays.stream(words).takeWhile(word -> word.matches("[a-z][a-z-]*")).limit(3).toList();
    var help = help(path);
    assertThat(help).as("help of %s", path).contains("Usage: l7 " + path.getFirst());
    OPTION.matcher(command).results().forEach(option -> assertThat(help).contains(option.group()));
  }

  /** The help of the longest command that the words name. */
  private static String help(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      var out = new StringWriter();
      var arguments =
          Stream.concat(path.stream().limit(length), Stream.of("--help")).toArray(String[]::new);
      int status =
          Main.run(arguments, new PrintWriter(out), new PrintWriter(java.io.Writer.nullWriter()));
      if (status == 0) return out.toString();
    }
    return "";
  }
}
