package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The launcher of a program that is built already, with hardly anything in its environment. */
class LauncherTest {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path project;

  private record Ended(int status, List<String> out, List<String> err) {}

  @BeforeEach
  void aBuiltProject() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell here to start the launcher");
    Files.copy(Project.root().resolve("l7"), project.resolve("l7"));
    assertThat(project.resolve("l7").toFile().setExecutable(true)).isTrue();
    Files.createFile(project.resolve("pom.xml"));
    Files.setLastModifiedTime(project.resolve("pom.xml"), FileTime.fromMillis(0));
    Files.createDirectories(project.resolve("cli/target"));
    Files.writeString(
        project.resolve("cli/target/l7.classpath"), System.getProperty("java.class.path") + "\n");
  }

  static Stream<Map<String, String>> locales() {
    return Stream.of(
        Map.of(),
        Map.of("LANG", "C"),
        Map.of("LC_ALL", "POSIX"),
        // as ssh brings them along to a machine where they are not installed
        Map.of("LANG", "tr_TR.UTF-8"),
        Map.of("LC_ALL", "xx_YY.utf8"),
        Map.of("LANG", "xx_YY", "LC_CTYPE", "C.UTF-8"));
  }

  @ParameterizedTest
  @MethodSource("locales")
  void aFileIsFoundAndNamedWhateverTheLocale(Map<String, String> locale) throws Exception {
    Files.writeString(project.resolve("zöne.zone"), "@ 60 TXT ğİ\n");

    var ended = run(locale, "./l7", "dns", "zone", "check", "example.lab=zöne.zone");

    assertThat(ended.err).isEmpty();
    assertThat(ended.out).isNotEmpty().allSatisfy(line -> assertThat(line).startsWith("zöne.zone"));
    assertThat(ended.status).isEqualTo(1);
  }

  @Test
  void argumentsArriveAsTheyWereTypedAlsoThroughALink() throws Exception {
    var link = Files.createSymbolicLink(project.resolve("a link"), project.resolve("l7"));

    var ended = run(Map.of(), link.toString(), "dns", "zone", "check", " a*=b  \"$c\"");

    assertThat(ended.err).containsExactly("l7: b  \"$c\": no such file or folder");
    assertThat(ended.status).isEqualTo(1);
  }

  @Test
  void aFolderThatNobodyCanBuildInIsNamed() throws Exception {
    Files.delete(project.resolve("cli/target/l7.classpath"));
    Files.delete(project.resolve("cli/target"));
    Files.delete(project.resolve("cli"));

    var ended = run(Map.of(), "./l7", "--version");

    assertThat(ended.err).singleElement().asString().startsWith("l7: build: ");
    assertThat(ended.status).isEqualTo(1);
  }

  private Ended run(Map<String, String> locale, String... command) throws Exception {
    var out = project.resolve("out");
    var err = project.resolve("err");
    var builder = new ProcessBuilder(command).directory(project.toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    var path = System.getenv("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("L7_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(locale);
    var process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), lines(out), lines(err));
  }

  private static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file, StandardCharsets.UTF_8);
  }
}
