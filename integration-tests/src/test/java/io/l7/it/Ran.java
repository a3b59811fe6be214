package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What became of a program that was run to its end, without input. */
record Ran(int status, byte[] out, String errors) {
  static final int SECONDS = 60;

  /** Runs a program in a folder, where its output is kept too. */
  static Ran in(Path folder, Path program, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path errors = Files.createTempFile(folder, "errors", "");
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(program + " does not end");
    }
    return new Ran(
        process.exitValue(),
        Files.readAllBytes(out),
        Files.readString(errors, StandardCharsets.ISO_8859_1));
  }

  /** This, whose program has found nothing wrong. */
  Ran well() {
    assertThat(status).as(errors).isZero();
    return this;
  }

  String text() {
    return new String(out, StandardCharsets.UTF_8);
  }
}
