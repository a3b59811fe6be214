package io.l7.cli.dash;

import io.l7.cli.L7Command;
import io.l7.common.disk.TextFile;
import io.l7.common.json.Json;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.Laboratory;
import io.l7.dash.abr.Movie;
import io.l7.dash.abr.Optimum;
import io.l7.dash.abr.Recording;
import io.l7.dash.abr.Session;
import io.l7.dash.abr.Simulator;
import io.l7.dash.abr.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 dash abr}. */
@Command(
    name = "abr",
    description = "Run rate rules over recorded links in virtual time and score them.")
final class AbrCommand extends L7Command {
  @Option(names = "--traces", paramLabel = "DIR", description = "A folder of .json traces.")
  private @Nullable Path traces;

  @Option(
      names = "--movie",
      paramLabel = "FILE.json",
      description = "Rates and segment sizes of a film.")
  private @Nullable Path movie;

  @Option(
      names = "--session",
      paramLabel = "REPORT.json",
      description =
          "Run a recorded session (dash play --report) again, in place of --traces and --movie;"
              + " repeatable.")
  private List<Path> recorded = List.of();

  @Option(
      names = "--algorithm",
      split = ",",
      paramLabel = "NAME",
      description = "l7, throughput, bba, bola, mpc, fixed:N; all without this, l7 first.")
  private List<String> algorithms = List.of();

  @Option(
      names = "--buffer",
      paramLabel = "TIME",
      description = "The player's buffer (default 25s, as Sabre's; a session's own).")
  private @Nullable Duration buffer;

  @Option(
      names = "--optimum",
      description = "Compute what a player that knows the future could reach on each trace.")
  private boolean optimum;

  @Override
  protected int run() throws Exception {
    var runs = new ArrayList<Run>();
    if (recorded.isEmpty()) {
      if (traces == null || movie == null) {
        throw usage("--traces DIR and --movie FILE.json, or --session REPORT.json, are needed");
      }
      Movie film = read(movie, Laboratory::movie);
      double bufferMs = buffer == null ? Simulator.DEFAULT_BUFFER_MS : buffer.toMillis();
      traces(traces).forEach(link -> runs.add(new Run(film, link, bufferMs)));
    } else {
      if (traces != null || movie != null) {
        throw usage("--session brings its own link and film: without --traces and --movie");
      }
      for (Path file : recorded) {
        String name = String.valueOf(file.getFileName());
        var recording = read(file, text -> Recording.of(name, text));
        double bufferMs = buffer == null ? recording.bufferMs() : buffer.toMillis();
        runs.add(new Run(recording.movie(), recording.trace(), bufferMs));
        if (!json()) {
          out()
              .printf(
                  Locale.ROOT,
                  "%s was played with %s: score %.3f, %.2f s of stalls%n",
                  name,
                  recording.algorithm(),
                  recording.score(),
                  recording.stalledMs() / 1000);
        }
      }
    }
    var rules = rules(runs);
    Map<String, Double> best = optimum ? optima(runs) : Map.of();
    var sessions = new ArrayList<Session>();
    for (var rule : rules) {
      sessions.addAll(runs.parallelStream().map(run -> run.with(rule)).toList());
    }
    if (json()) {
      out()
          .println(
              Json.object()
                  .put(
                      "sessions",
                      sessions.stream().map(s -> Laboratory.json(s, of(best, s))).toList())
                  .build());
    } else {
      print(rules, sessions, best);
    }
    return 0;
  }

  /** One film over one link. */
  private record Run(Movie movie, Trace link, double bufferMs) {
    Session with(AbrAlgorithm rule) {
      return Simulator.run(movie, link, rule, bufferMs);
    }
  }

  private List<AbrAlgorithm> rules(List<Run> runs) {
    var rules = new ArrayList<AbrAlgorithm>();
    try {
      for (String name : algorithms) {
        AbrAlgorithm rule = AbrAlgorithm.named(name);
        runs.forEach(run -> rule.start(run.movie(), run.bufferMs()));
        rules.add(rule);
      }
    } catch (IllegalArgumentException e) {
      throw usage("--algorithm: " + e.getMessage());
    }
    return rules.isEmpty() ? AbrAlgorithm.all() : rules;
  }

  private static OptionalDouble of(Map<String, Double> best, Session session) {
    Double score = best.get(session.trace());
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  private static Map<String, Double> optima(List<Run> runs) {
    var best = Collections.synchronizedMap(new HashMap<String, Double>());
    runs.parallelStream()
        .forEach(
            run ->
                best.put(
                    run.link().name(), Optimum.score(run.movie(), run.link(), run.bufferMs())));
    return best;
  }

  private static List<Trace> traces(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw failure(folder.toString(), "no such folder");
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw failure(folder.toString(), "no .json trace in it");
    }
    var links = new ArrayList<Trace>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      links.add(read(file, text -> Laboratory.trace(name, text)));
    }
    return links;
  }

  private static <T> T read(Path file, Function<String, T> parse) throws IOException {
    if (!Files.isReadable(file)) {
      throw failure(file.toString(), "no such file, or not readable");
    }
    try {
      return parse.apply(TextFile.text(file));
    } catch (IllegalArgumentException e) {
      throw failure(file.toString(), String.valueOf(e.getMessage()));
    }
  }

  private void print(List<AbrAlgorithm> rules, List<Session> sessions, Map<String, Double> best) {
    out()
        .printf(
            "%-12s %8s %9s %9s %11s %7s %9s%s%n",
            "rule",
            "score",
            "utility",
            "kbit/s",
            "rebuffer s",
            "clean",
            "switches",
            best.isEmpty() ? "" : "  of optimum");
    double sum = best.values().stream().mapToDouble(Double::doubleValue).sum();
    for (var rule : rules) {
      var own = sessions.stream().filter(s -> s.algorithm().equals(rule.name())).toList();
      double n = own.size();
      double score = own.stream().mapToDouble(Session::score).sum();
      out()
          .printf(
              Locale.ROOT,
              "%-12s %8.4f %9.4f %9.0f %11.1f %3d/%-3d %9.1f%s%n",
              rule.name(),
              score / n,
              own.stream().mapToDouble(Session::utility).sum() / n,
              own.stream().mapToDouble(Session::kbps).sum() / n,
              own.stream().mapToDouble(Session::rebufferMs).sum() / n / 1000,
              own.stream().filter(s -> s.rebufferMs() == 0).count(),
              own.size(),
              own.stream().mapToDouble(Session::switches).sum() / n,
              best.isEmpty()
                  ? ""
                  : String.format(Locale.ROOT, "  %.3f of %.4f", score / sum, sum / n));
    }
  }
}
