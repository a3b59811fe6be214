package io.l7.cli.main;

import io.l7.cli.L7Command;
import io.l7.cli.bt.Rehearsal;
import io.l7.cli.dns.DnsRehearsal;
import io.l7.cli.http.ServeRehearsal;
import io.l7.cli.smtp.MailRehearsal;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Walks through what calls touch, for the training run of an AOT cache (JEP 514), and says nothing.
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
          List.of("lab", "--help"),
          // Nobody answers there, and that is the most that can be tried without anybody.
          List.of("dns", "query", "@127.0.0.1:9", "--timeout", "50ms", "example.org"),
          List.of("http", "get", "http://127.0.0.1:9/"));

  private enum Part {
    ALL,
    DNS,
    DOWNLOAD,
    HTTP,
    SHORT
  }

  @Parameters(
      arity = "0..1",
      paramLabel = "PART",
      description =
          "all (default), download, dns or http: the server, or short: what answers once.")
  private Part part = Part.ALL;

  @Override
  protected int run() throws Exception {
    if (part == Part.ALL || part == Part.SHORT) CALLS.forEach(SelfTestCommand::call);
    if (part == Part.SHORT) return 0;
    var folder = Files.createTempDirectory("l7-selftest");
    try {
      switch (part) {
        case DNS -> DnsRehearsal.run(folder, SelfTestCommand::call);
        case DOWNLOAD -> Rehearsal.run(folder, SelfTestCommand::call);
        case HTTP -> ServeRehearsal.run(folder, SelfTestCommand::call);
        default -> {
          Rehearsal.run(folder, SelfTestCommand::call);
          MailRehearsal.run();
        }
      }
    } finally {
      try (var all = Files.walk(folder)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
      }
    }
    return 0;
  }

  private static void call(List<String> arguments) {
    call(arguments, new PrintWriter(Writer.nullWriter()));
  }

  private static void call(List<String> arguments, PrintWriter out) {
    Main.run(arguments.toArray(String[]::new), out, new PrintWriter(Writer.nullWriter()));
  }
}
