package io.l7.cli.dash;

import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import io.l7.common.units.Units;
import io.l7.dash.abr.AbrAlgorithm;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.play.HtmlReport;
import io.l7.dash.play.PlayClock;
import io.l7.dash.play.PlayException;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.dash.play.RateLimit;
import io.l7.dns.Resolver;
import io.l7.http.HttpClient;
import io.l7.http.message.HostPort;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dash play}. */
@Command(name = "play", description = "Play a DASH film without a screen and report how it went.")
final class PlayCommand extends L7Command {
  @Parameters(paramLabel = "URL", description = "The MPD.")
  private URI url = URI.create("");

  @Option(
      names = "--abr",
      paramLabel = "NAME",
      description = "The rate rule: l7 (default), throughput, bba, bola, mpc, fixed:N.")
  private String abr = "l7";

  @Option(names = "-o", paramLabel = "OUT.mp4", description = "Write what was played.")
  private @Nullable Path output;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the report: .json, or .html with plots. Repeatable.")
  private List<Path> reports = List.of();

  @Option(
      names = "--buffer",
      paramLabel = "TIME",
      description = "How much is kept ahead (default 30s).")
  private Duration buffer = Duration.ofSeconds(30);

  @Option(
      names = "--limit",
      paramLabel = "RATE[@TIME]",
      description = "Take no more than this from the network, from that time on. Repeatable.")
  private List<String> limits = List.of();

  @Option(
      names = "--resolver",
      paramLabel = "HOST:PORT",
      description = "The DNS server that is asked for names.")
  private @Nullable Endpoint resolver;

  @Option(
      names = "--live-delay",
      paramLabel = "TIME",
      description = "How far behind the live edge to play (default: what the MPD asks for).")
  private @Nullable Duration liveDelay;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "Play so much and stop (default: to the end, which live may not have).")
  private @Nullable Duration lasting;

  @Option(names = "--fast", description = "Skip idle waiting; requests still count their time.")
  private boolean fast;

  @Override
  protected int run() throws Exception {
    AbrAlgorithm algorithm;
    try {
      algorithm = AbrAlgorithm.named(abr);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    for (Path file : reports) {
      if (!file.toString().matches(".*\\.(json|html)")) {
        throw usage("--report: a file that ends in .json or .html");
      }
    }
    if (HostPort.of(url).isEmpty() || !String.valueOf(url.getScheme()).matches("(?i)https?")) {
      throw usage("URL: an http or https address of an MPD");
    }
    var http = HttpClient.builder().transcript(dialogue(Dialogue.Naming.NAMED));
    if (resolver == null) {
      return play(http, algorithm);
    }
    try (var names = Resolver.forwarding(resolver)) {
      return play(http.names(names.hostResolver()), algorithm);
    }
  }

  private int play(HttpClient.Builder http, AbrAlgorithm algorithm) throws Exception {
    try (var client = http.build()) {
      var player =
          Player.of(url)
              .client(client)
              .algorithm(algorithm)
              .buffer(buffer)
              .limit(rateLimit())
              .pace(fast ? PlayClock.Pace.FAST : PlayClock.Pace.REAL_TIME);
      if (output != null) {
        player.output(output);
      }
      if (liveDelay != null) {
        player.liveDelay(liveDelay);
      }
      if (lasting != null) {
        player.lasting(lasting);
      }
      try (var signal = new StopSignal(player::stop)) {
        PlayReport report;
        try {
          report = player.play();
        } catch (PlayException | MpdException e) {
          if (signal.hasCome()) {
            err().println("l7: play: " + e.getMessage());
            return signal.ended(1, out(), err());
          }
          throw failure("play", String.valueOf(e.getMessage()));
        }
        write(report);
        print(report);
        return signal.ended(signal.hasCome() ? broken(report) : 0, out(), err());
      }
    }
  }

  /** What is live for ever is left when one likes; the rest of a film, or of a time, is missing. */
  private int broken(PlayReport report) {
    if (report.live().isPresent() && lasting == null) {
      return 0;
    }
    err().println("l7: play: stopped before the end");
    return 1;
  }

  private RateLimit rateLimit() {
    var steps = new ArrayList<RateLimit.Step>();
    for (String text : limits) {
      int at = text.indexOf('@');
      try {
        long rate = Units.parseRate(at < 0 ? text : text.substring(0, at));
        Duration from = at < 0 ? Duration.ZERO : Units.parseDuration(text.substring(at + 1));
        steps.add(new RateLimit.Step(from, rate));
      } catch (IllegalArgumentException e) {
        throw usage("--limit " + text + ": " + e.getMessage());
      }
    }
    return new RateLimit(steps);
  }

  private void write(PlayReport report) throws IOException {
    for (Path file : reports) {
      String text =
          file.toString().endsWith(".json") ? report.toJson().toString() : HtmlReport.of(report);
      Files.writeString(file, text, StandardCharsets.UTF_8);
    }
  }

  private void print(PlayReport report) {
    if (json()) {
      out().println(report.toJson());
      return;
    }
    out()
        .printf(
            Locale.ROOT,
            "played %.1f s with %s: start-up %.0f ms, %d stalls (%.2f s), %.0f kbit/s, %d switches,"
                + " score %.3f%n",
            report.playedMs() / 1000,
            report.algorithm(),
            report.startupMs(),
            report.stalls(),
            report.stalledMs() / 1000,
            report.kbps(),
            report.switches(),
            report.score());
    report.live().ifPresent(this::print);
    for (var edge : report.edges()) {
      out()
          .printf(
              Locale.ROOT,
              "  %-28s %8.0f kbit/s %6.1f ms  %d requests, %d failed%n",
              Plain.text(edge.name()),
              edge.kbps(),
              edge.latencyMs(),
              edge.requests(),
              edge.failures());
    }
  }

  private void print(PlayReport.Live live) {
    out()
        .printf(
            Locale.ROOT,
            "  live: %.1f s behind the edge (asked %.1f s, at most %.1f s), %d jumps, %d segments"
                + " lost, %d refreshes (%d failed), the server's clock %+.1f s%n",
            live.meanLatencyMs() / 1000,
            live.delayMs() / 1000,
            live.mostLatencyMs() / 1000,
            live.jumps(),
            live.lost(),
            live.refreshes(),
            live.failed(),
            live.clockAheadMs() / 1000);
  }
}
