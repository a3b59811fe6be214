package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A newcomer types every command of the README, one after the other, each a process of its own in
 * one folder. Ports are other ones, so that it does not matter what else runs here.
 */
class ReadmeCommandsTest {
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
  private static final List<String> DAEMONS = List.of("serve", "track", "seed");
  private static final Map<String, String> DEFAULT_PORTS = Map.of("http", "8080");
  private static final int PATIENCE_SECONDS = 60;

  @TempDir Path folder;
  private final Map<String, Integer> ports = new HashMap<>();
  private final List<Running> daemons = new ArrayList<>();

  private record Running(String command, Process process) {}

  @AfterEach
  void stop() {
    daemons.forEach(daemon -> daemon.process.destroyForcibly());
  }

  @Test
  void everyCommandOfTheReadmeDoesWhatItSays() throws Exception {
    Files.createDirectories(folder.resolve("site"));
    Files.writeString(folder.resolve("site/page.html"), "<!doctype html><title>Hi</title>");
    Files.writeString(
        folder.resolve("example.zone"),
        "@ 60 SOA ns.example.lab. h.example.lab. 1 60 60 3600 60\n"
            + "@ 60 NS ns.example.lab.\nns 60 A 127.0.0.1\nwww 60 A 127.0.0.1\n");
    TestFilm.plain(folder, 2);
    Files.move(folder.resolve("clip.mp4"), folder.resolve("film.mp4"));

    for (var command : ReadmeTest.commands().filter(c -> !c.startsWith("./l7 lab")).toList())
      run(command);

    assertThat(folder.resolve("downloads/film.mp4"))
        .hasSameBinaryContentAs(folder.resolve("film.mp4"));
    assertThat(folder.resolve("report.html")).isNotEmptyFile();
    for (var daemon : daemons) {
      daemon.process.destroy();
      assertThat(daemon.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(daemon.process.exitValue()).as("exit status of %s", daemon.command).isZero();
    }
  }

  private void run(String command) throws Exception {
    var words = new ArrayList<>(List.of(command.substring("./l7 ".length()).split(" ", -1)));
    boolean daemon = DAEMONS.contains(words.get(1));
    var port = DEFAULT_PORTS.get(words.getFirst());
    if (daemon && port != null && !words.contains("--listen"))
      words.addAll(List.of("--listen", "127.0.0.1:" + port));
    words.replaceAll(this::elsewhere);

    var errors = Files.createTempFile(folder, "errors", ".txt");
    var process = start(words, errors);
    if (daemon) {
      daemons.add(new Running(command, process));
      assertThat(firstLine(process.getInputStream()))
          .as("%s: %s", command, Files.readString(errors))
          .startsWith("ready ");
      return;
    }
    try (var in = process.getOutputStream()) {
      in.write("secret\n".getBytes(StandardCharsets.US_ASCII)); // for the one that asks
    } catch (IOException e) {
      // the others end without reading
    }
    process.getInputStream().readAllBytes();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(command).isTrue();
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(errors)).isZero();
  }

  private Process start(List<String> words, Path errors) throws IOException {
    var line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.l7.cli.main.Main"));
    line.addAll(words);
    return new ProcessBuilder(line)
        .directory(folder.toFile())
        .redirectError(errors.toFile())
        .start();
  }

  private static String firstLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) line.append((char) c);
    return new String(
        line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The same word with a free port in place of each that is written. */
  private String elsewhere(String word) {
    return PORT.matcher(word)
        .replaceAll(found -> "127.0.0.1:" + ports.computeIfAbsent(found.group(1), p -> free()));
  }

  private static int free() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
