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

/**
 * Walks through what most calls touch, for the training run of the AOT cache (JEP 514), and says
 * nothing.
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

  @Override
  protected int run() throws Exception {
    var nowhere = new PrintWriter(Writer.nullWriter());
    for (var call : CALLS) Main.run(call.toArray(String[]::new), nowhere, nowhere);
    var folder = Files.createTempDirectory("l7-selftest");
    try {
      Rehearsal.run(folder, call -> Main.run(call.toArray(String[]::new), nowhere, nowhere));
      MailRehearsal.run();
    } finally {
      try (var all = Files.walk(folder)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
    return 0;
  }
}
