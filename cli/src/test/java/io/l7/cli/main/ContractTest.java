package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What every command and every server promises on the command line. */
class ContractTest {
  private static final List<String> OF_EVERY_SERVER =
      List.of(
          "--listen",
          "--drain",
          "--config",
          "--print-config",
          "--metrics",
          "--tls-cert",
          "--tls-key",
          "--tls-self-signed",
          "--transcript");

  private static final CommandLine TREE = Main.commandLine("");

  @TempDir private Path folder;

  private record Outcome(int status, String out, String err) {}

  private static Outcome run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int status = Main.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Outcome(status, out.toString(), err.toString());
  }

  private static Outcome run(List<String> command, String... more) {
    var all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static Stream<List<String>> commands() {
    return below(List.of(), TREE).filter(path -> !path.isEmpty());
  }

  private static Stream<List<String>> below(List<String> path, CommandLine line) {
    var here = line.getSubcommands().isEmpty() ? Stream.of(path) : Stream.<List<String>>empty();
    var children =
        line.getSubcommands().entrySet().stream()
            .filter(child -> !child.getValue().getCommandSpec().usageMessage().hidden())
            .flatMap(
                child -> {
                  var longer = new ArrayList<>(path);
                  longer.add(child.getKey());
                  return below(List.copyOf(longer), child.getValue());
                });
    return Stream.concat(here, children);
  }

  private static Stream<List<String>> servers() {
    return Stream.of(
        List.of("http", "serve"),
        List.of("dns", "serve"),
        List.of("smtp", "serve"),
        List.of("dash", "serve"),
        List.of("bt", "track"),
        List.of("bt", "seed"));
  }

  private static CommandLine command(List<String> path) {
    var line = TREE;
    for (var name : path) line = Objects.requireNonNull(line.getSubcommands().get(name), name);
    return line;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsAResultAndNamesEveryOption(List<String> command) {
    var help = run(command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(help.out()).startsWith("Usage: l7 " + String.join(" ", command));
    for (var option : command(command).getCommandSpec().options())
      if (!option.hidden()) assertThat(help.out()).contains(option.longestName());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandSpeaksJsonColourAndDialogue(List<String> command) {
    for (var name : List.of("-v", "--json", "--color", "--debug", "--version", "--help"))
      assertThat(command(command).getCommandSpec().findOption(name)).as(name).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void anUnknownOptionIsOneLineAndAPointerToTheHelp(List<String> command) {
    var outcome = run(command, "--no-such-option");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("l7: "),
            line ->
                assertThat(line).isEqualTo("See 'l7 " + String.join(" ", command) + " --help'."));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandTellsTheVersion(List<String> command) {
    var outcome = run(command, "--version");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).startsWith("l7 ");
  }

  /** To build them takes longer than all the rest of it. */
  @ParameterizedTest
  @ValueSource(strings = {"-V", "--version"})
  void theVersionIsToldWithoutBuildingACommand(String option) {
    assertThat(Main.commandLine(option).getSubcommands()).isEmpty();
    assertThat(run(option).out()).startsWith("l7 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "http", "dns", "dns zone", "smtp", "bt", "dash"})
  void aGroupWithoutACommandIsWrongUsage(String group) {
    var outcome = group.isEmpty() ? run() : run(group.split(" "));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("l7: ").contains("--help");
    assertThat(outcome.err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "http nonsense", "dns zone nonsense", "completion fish"})
  void anUnknownCommandIsWrongUsage(String words) {
    var outcome = run(words.split(" "));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("l7: ");
    assertThat(outcome.err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyServerHasTheOptionsOfAServer(List<String> command) {
    for (var name : OF_EVERY_SERVER)
      assertThat(command(command).getCommandSpec().findOption(name)).as(name).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aValueThatIsNoneIsWrongUsage(List<String> command) {
    for (var wrong : List.of("--listen=nowhere", "--drain=soon", "--metrics=80", "--color=maybe")) {
      var outcome = run(command, wrong);
      assertThat(outcome.status()).as(wrong).isEqualTo(2);
      assertThat(outcome.err().lines()).as(wrong).hasSize(2);
    }
  }

  @Test
  void aPortInUseIsOneLine() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      var address = "127.0.0.1:" + taken.getLocalPort();
      var outcome = run("http", "serve", folder.toString(), "--listen", address);
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.err()).isEqualTo("l7: listen: " + address + ": Address already in use\n");
    }
  }

  @Test
  void aFolderThatIsNotThereIsOneLine() {
    var missing = folder.resolve("missing").toString();
    var outcome = run("http", "serve", missing, "--listen", "127.0.0.1:0");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err()).startsWith("l7: " + missing + ": ");
    assertThat(outcome.err().lines()).hasSize(1);
  }

  @Test
  void halfAnIdentityIsWrongUsage() {
    var outcome = run("http", "serve", folder.toString(), "--tls-cert", "a.pem");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("l7: ").contains("--tls-key");
  }

  @Test
  void aTraceIsShownOnlyWhenOneAsksForIt() {
    var missing = folder.resolve("missing").toString();
    assertThat(run("http", "serve", missing, "--debug").err()).contains("\n    at ");
    assertThat(run("http", "serve", missing).err()).doesNotContain("    at ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void aCompletionScriptKnowsEveryGroup(String shell) {
    var outcome = run("completion", shell);
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("complete", "http serve", "--tls-self-signed");
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyOptionOfAServerHasAKeyInItsFile(List<String> command) throws Exception {
    var file = folder.resolve("l7.toml");
    var cert = folder.resolve("none.pem");
    Files.writeString(
        file,
        """
        listen = ["127.0.0.1:0", "127.0.0.2:0"]
        drain = "3s"
        metrics = "127.0.0.1:0"
        tls-cert = "%1$s"
        tls-key = "%1$s"
        tls-self-signed = false
        transcript = "dialogue.jsonl"
        json = true
        """
            .formatted(cert));
    var outcome = run(command, operands(command, "--config", file.toString(), "--print-config"));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out())
        .contains(
            "listen = [\"127.0.0.1:0\", \"127.0.0.2:0\"]",
            "drain = \"3s\"",
            "transcript = \"dialogue.jsonl\"",
            "json = true");
  }

  /** What a server cannot do without. */
  private static String[] operands(List<String> command, String... options) {
    var all = new ArrayList<>(List.of(options));
    switch (String.join(" ", command)) {
      case "smtp serve" -> all.addAll(List.of("--domain", "a.example", "--store", "mail"));
      case "bt seed" -> all.addAll(List.of("x.torrent", "-d", "."));
      case "dash serve" -> all.add("film");
      default -> {}
    }
    return all.toArray(String[]::new);
  }

  @Test
  void whatIsTypedWinsOverTheFile() throws Exception {
    var file = folder.resolve("l7.toml");
    Files.writeString(file, "drain = \"3s\"\nbrowse = true\n");
    var outcome =
        run("http", "serve", "--config=" + file, "--drain", "4s", "--print-config", "site");
    assertThat(outcome.out()).contains("drain = \"4s\"\n", "browse = true\n");
  }

  @Test
  void whatIsPrintedIsAFileThatMeansTheSame() throws Exception {
    var first =
        run("http", "serve", "--drain=4s", "--listen=127.0.0.1:81", "--spa", "--print-config");
    var file = folder.resolve("again.toml");
    Files.writeString(file, first.out());
    assertThat(run("http", "serve", "--config=" + file, "--print-config").out())
        .isEqualTo(first.out());
  }

  @Test
  void anUnknownKeyIsNamedWithItsLine() throws Exception {
    var file = folder.resolve("l7.toml");
    Files.writeString(file, "drain = \"3s\"\nlisen = \"127.0.0.1:0\"\n");
    var outcome = run("http", "serve", "--config", file.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("l7: " + file + ":2: unknown key 'lisen'");
  }

  @Test
  void aFileThatIsNoTomlIsNamedWithItsLine() throws Exception {
    var file = folder.resolve("l7.toml");
    Files.writeString(file, "drain = \"3s\"\nlisten = \n");
    var outcome = run("http", "serve", "--config", file.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).startsWith("l7: " + file + ":2: ");
    assertThat(run("http", "serve", "--config", folder.resolve("none").toString()).status())
        .isEqualTo(1);
  }

  @Test
  void aNameServerWithACertificateButNoTlsDoesNotStartInTheClear() {
    var outcome = run("dns", "serve", "--recursive", "--tls-self-signed");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("--dot or --doh");
  }
}
