package io.l7.cli.main;

import io.l7.cli.L7Command;
import io.l7.cli.bt.Rehearsal;
import io.l7.cli.smtp.MailRehearsal;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Walks through what most calls touch, or through a download alone, for the training run of an AOT
 * cache (JEP 514), and says nothing.
 */
@Command(name = "selftest", hidden = true, description = "Train the start-up cache.")
final class SelfTestCommand extends L7Command {
  private static final List<List<String>> CALLS =
      List.of(
          List.of("--version"),
          List.of("--help"),
          List.of("http", "--help"),
          List.of("http", "serve", "--help"),
          List.of("dns", "query", "--help"),
          List.of("smtp", "send", "--help"),
          List.of("bt", "info", "--help"),
          List.of("dash", "lint", "--help"),
          List.of("lab", "--help"));

  private enum Part {
    ALL,
    DOWNLOAD
  }

  @Parameters(arity = "0..1", paramLabel = "PART", description = "all (default) or download.")
  private Part part = Part.ALL;

  @Override
  protected int run() throws Exception {
    if (part == Part.ALL) CALLS.forEach(SelfTestCommand::call);
    var folder = Files.createTempDirectory("l7-selftest");
    try {
      Rehearsal.run(folder, SelfTestCommand::call);
      if (part == Part.ALL) MailRehearsal.run();
    } finally {
      try (var all = Files.walk(folder)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
    return 0;
  }

  private static void call(List<String> arguments) {
    var nowhere = new PrintWriter(Writer.nullWriter());
    Main.run(arguments.toArray(String[]::new), nowhere, nowhere);
  }
}
