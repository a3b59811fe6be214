package io.l7.cli.dash;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.abr.Laboratory;
import io.l7.dash.abr.Movie;
import io.l7.dash.abr.Optimum;
import io.l7.dash.abr.Session;
import io.l7.dash.abr.Simulator;
import io.l7.dash.abr.Trace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 dash abr}. */
@Command(
    name = "abr",
    description = "Run rate rules over recorded links in virtual time and score them.")
final class AbrCommand extends L7Command {
  @Option(
      names = "--traces",
      required = true,
      paramLabel = "DIR",
      description = "A folder of .json traces.")
  private Path traces = Path.of(".");

  @Option(
      names = "--movie",
      required = true,
      paramLabel = "FILE.json",
      description = "Rates and segment sizes of a film.")
  private Path movie = Path.of(".");

  @Option(
      names = "--algorithm",
      split = ",",
      paramLabel = "NAME",
      description = "l7, throughput, bba, bola, mpc, fixed:N; all without this, l7 first.")
  private List<String> algorithms = List.of();

  @Option(
      names = "--buffer",
      paramLabel = "TIME",
      description = "The player's buffer (default 25s, as Sabre's).")
  private Duration buffer = Duration.ofSeconds(25);

  @Option(
      names = "--optimum",
      description = "Compute what a player that knows the future could reach on each trace.")
  private boolean optimum;

  @Override
  protected int run() throws Exception {
    Movie film = read(movie, Laboratory::movie);
    var links = traces();
    var rules = new ArrayList<AbrAlgorithm>();
    try {
      for (String name : algorithms) {
        AbrAlgorithm rule = AbrAlgorithm.named(name);
        rule.start(film, bufferMs());
        rules.add(rule);
      }
    } catch (IllegalArgumentException e) {
      throw usage("--algorithm: " + e.getMessage());
    }
    if (rules.isEmpty()) {
      rules.addAll(AbrAlgorithm.all());
    }
    Map<String, Double> best = optimum ? optima(film, links) : Map.of();
    var sessions = new ArrayList<Session>();
    for (var rule : rules) {
      sessions.addAll(sessions(film, links, rule));
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

  private List<Session> sessions(Movie film, List<Trace> links, AbrAlgorithm rule) {
    return links.parallelStream().map(link -> Simulator.run(film, link, rule, bufferMs())).toList();
  }

  private double bufferMs() {
    return (double) buffer.toMillis();
  }

  private static OptionalDouble of(Map<String, Double> best, Session session) {
    Double score = best.get(session.trace());
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  private Map<String, Double> optima(Movie film, List<Trace> links) {
    var best = Collections.synchronizedMap(new HashMap<String, Double>());
    links.parallelStream()
        .forEach(link -> best.put(link.name(), Optimum.score(film, link, bufferMs())));
    return best;
  }

  private List<Trace> traces() throws IOException {
    if (!Files.isDirectory(traces)) {
      throw failure(traces.toString(), "no such folder");
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(traces)) {
      files = all.filter(f -> f.toString().endsWith(".json")).sorted().toList();
    }
    if (files.isEmpty()) {
      throw failure(traces.toString(), "no .json trace in it");
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
      return parse.apply(Files.readString(file, StandardCharsets.UTF_8));
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
