package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.replay.Replay;
import io.l7.dns.replay.Scoring;
import io.l7.dns.replay.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns replay}: plays scenarios against the engine in virtual time. */
@Command(
    name = "replay",
    description = "Play .rpl scenarios in virtual time against the very engine of the daemon.")
final class ReplayCommand extends L7Command {
  @Parameters(
      arity = "1..*",
      paramLabel = "PATH",
      description = "Scenario files, or folders of them.")
  private List<Path> paths = List.of();

  @Option(
      names = "--strict",
      description = "Compare every section, as the dialect's own player does.")
  private boolean strict;

  @Option(
      names = "--explain",
      description = "Print the reasons behind every answer of scenarios that did not pass.")
  private boolean explain;

  @Override
  protected int run() throws Exception {
    var replay = new Replay(strict ? Scoring.STRICT : Scoring.RELAXED);
    int passed = 0;
    int failed = 0;
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw failure(path.toString(), "no such file or folder");
      }
      List<Path> files = Replay.files(path);
      if (files.isEmpty()) {
        throw failure(path.toString(), "no scenario (.rpl) in it");
      }
      for (Path file : files) {
        Replay.Outcome outcome = replay.play(file);
        boolean good = outcome.verdict() instanceof Verdict.Passed;
        passed += good ? 1 : 0;
        failed += good ? 0 : 1;
        print(file, outcome);
      }
    }
    if (json()) {
      out().println(Json.object().put("passed", passed).put("failed", failed).build());
    } else {
      out().println(passed + " passed, " + failed + " failed");
    }
    return failed == 0 ? 0 : 1;
  }

  private void print(Path file, Replay.Outcome outcome) {
    String verdict =
        switch (outcome.verdict()) {
          case Verdict.Passed passed -> "pass";
          case Verdict.Failed failed -> "fail";
          case Verdict.Unsupported unsupported -> "unsupported";
        };
    String why =
        switch (outcome.verdict()) {
          case Verdict.Passed passed -> "";
          case Verdict.Failed(String reason) -> reason;
          case Verdict.Unsupported(String reason) -> reason;
        };
    if (json()) {
      out()
          .println(
              Json.object()
                  .put("verdict", verdict)
                  .put("path", file.toString())
                  .put("why", why)
                  .build());
      return;
    }
    out().println(verdict + " " + file + (why.isEmpty() ? "" : ": " + why));
    if (explain && !why.isEmpty()) {
      outcome.explanations().forEach(tree -> out().print(tree.toText()));
    }
  }
}
