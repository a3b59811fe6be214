package io.l7.cli.main;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.stream.Stream;

/** Runs of {@code l7 http get}, and what they print; the body goes past it, or to a file. */
final class GetRun {
  final StringWriter printed = new StringWriter();
  final StringWriter error = new StringWriter();

  /** Runs it and returns its exit status. */
  int run(String... arguments) {
    return Main.run(
        Stream.concat(Stream.of("http", "get"), Stream.of(arguments)).toArray(String[]::new),
        new PrintWriter(printed, true),
        new PrintWriter(error, true));
  }

  int run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }
}
