package io.l7.cli.bt;

import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.choke.Ranking;
import io.l7.bittorrent.choke.SlotPolicy;
import io.l7.bittorrent.sim.SimConfig;
import io.l7.bittorrent.sim.SimReport;
import io.l7.bittorrent.sim.Simulator;
import io.l7.bittorrent.sim.Trace;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.units.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 bt sim}: the production choker and picker in virtual time. */
@Command(
    name = "sim",
    description = "Run a swarm in virtual time with the production choker and picker.")
public final class SimCommand extends L7Command {
  private static final double UNLIMITED = Double.POSITIVE_INFINITY;

  @Option(names = "--peers", paramLabel = "N", required = true, description = "Leechers.")
  private int peers;

  @Option(names = "--size", paramLabel = "SIZE", required = true, description = "Of the content.")
  private String size = "";

  @Option(names = "--up", paramLabel = "RATE", required = true, description = "Each uplink.")
  private String up = "";

  @Option(
      names = "--seed-up",
      paramLabel = "RATE",
      required = true,
      description = "The seed's uplink.")
  private String seedUp = "";

  @Option(names = "--down", paramLabel = "RATE", description = "Each downlink; default no limit.")
  private Optional<String> down = Optional.empty();

  @Option(
      names = "--slow-down",
      paramLabel = "RATE",
      description = "The downlink of the last peer, for a slow sink.")
  private Optional<String> slowDown = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "kurose-4-plus-1 (default) or bep3-4-incl-1.")
  private String policy = "kurose-4-plus-1";

  @Option(
      names = "--seed-policy",
      paramLabel = "NAME",
      description = "fastest-upload (default), round-robin or anti-leech.")
  private String seedPolicy = "fastest-upload";

  @Option(
      names = "--seed-mode",
      paramLabel = "NAME",
      description = "super (default; BEP 16) or plain.")
  private String seedMode = "super";

  @Option(names = "--seed", paramLabel = "K", description = "Of all randomness; default 1.")
  private long randomSeed = 1;

  @Option(
      names = "--piece-length",
      paramLabel = "SIZE",
      description = "Default: about 1024 pieces, 16 KiB to 4 MiB.")
  private Optional<String> pieceLength = Optional.empty();

  @Option(names = "--delay", paramLabel = "TIME", description = "One way; default 20ms.")
  private String delay = "20ms";

  @Option(names = "--connections", paramLabel = "N", description = "A peer's; default 30.")
  private int connections = 30;

  @Option(
      names = "--arrivals",
      paramLabel = "TIME",
      description = "Over how long leechers arrive; default all at once.")
  private String arrivals = "0s";

  @Option(names = "--free-riders", paramLabel = "N", description = "Leechers that never unchoke.")
  private int freeRiders;

  @Option(
      names = "--poisoners",
      paramLabel = "N",
      description = "Leechers of whose blocks 5 %% are corrupt.")
  private int poisoners;

  @Option(names = "--churn", paramLabel = "TIME", description = "Mean stay of a leecher at a time.")
  private Optional<String> churn = Optional.empty();

  @Option(names = "--leave", paramLabel = "N", description = "Leechers that leave when done.")
  private int leave;

  @Option(names = "--trace", paramLabel = "FILE", description = "Write every event, a line each.")
  private Optional<Path> trace = Optional.empty();

  @Option(names = "--explain", paramLabel = "FILE", description = "Write every decision and why.")
  private Optional<Path> explain = Optional.empty();

  @Override
  protected int run() throws IOException {
    SimConfig config = config();
    long start = System.nanoTime();
    SimReport report = simulate(config);
    double wall = (System.nanoTime() - start) / 1e9;
    if (json()) {
      out().println(json(config, report));
    } else {
      print(report);
    }
    // Not a result: two runs of one seed print the same on standard output.
    err().println(String.format(Locale.ROOT, "%d events in %.1f s", report.events(), wall));
    return report.finished() == config.peers().size() ? 0 : 1;
  }

  private SimConfig config() {
    try {
      long bytes = Units.parseSize(size);
      int piece = pieceLength.isPresent() ? pieceLength(pieceLength.get()) : auto(bytes);
      Capacity.Links all = new Capacity.Links(bits(up), down.map(this::bits).orElse(UNLIMITED));
      List<Capacity.Links> links = new ArrayList<>(Collections.nCopies(Math.max(peers, 0), all));
      if (slowDown.isPresent() && !links.isEmpty()) {
        links.set(links.size() - 1, new Capacity.Links(all.upBps(), bits(slowDown.get())));
      }
      BrainConfig brain =
          BrainConfig.DEFAULTS
              .slots(named(SlotPolicy.class, "--policy", policy))
              .seedRanking(named(Ranking.class, "--seed-policy", seedPolicy))
              .seedMode(named(BrainConfig.SeedMode.class, "--seed-mode", seedMode));
      SimConfig.Churn comings =
          new SimConfig.Churn(
              churn.map(Units::parseDuration).orElse(Duration.ZERO), Duration.ofSeconds(5), leave);
      return new SimConfig(
          new PieceLayout(bytes, piece),
          bits(seedUp),
          links,
          Units.parseDuration(delay),
          brain,
          connections,
          Units.parseDuration(arrivals),
          new SimConfig.Behaviour(freeRiders, poisoners, 0.05),
          comings,
          randomSeed,
          Duration.ofDays(2));
    } catch (IllegalArgumentException wrong) {
      throw usage(String.valueOf(wrong.getMessage()));
    }
  }

  private static int pieceLength(String typed) {
    long length = Units.parseSize(typed);
    if (length < 1 || length > 1 << 29) {
      throw new IllegalArgumentException("--piece-length: from 1 byte to 512MiB");
    }
    return (int) length;
  }

  private double bits(String rate) {
    return Units.parseRate(rate) * 8.0;
  }

  private <E extends Enum<E>> E named(Class<E> type, String option, String name) {
    for (E value : type.getEnumConstants()) {
      if (value.name().equalsIgnoreCase(name.replace('-', '_'))) {
        return value;
      }
    }
    throw usage(option + ": there is no '" + name + "'");
  }

  private static int auto(long bytes) {
    long piece = 16 * 1024;
    while (piece * 1024 < bytes && piece < 4 << 20) {
      piece *= 2;
    }
    return (int) piece;
  }

  private SimReport simulate(SimConfig config) throws IOException {
    try (PrintWriter events = writer(trace);
        PrintWriter reasons = writer(explain)) {
      Trace sink =
          trace.isEmpty()
              ? Trace.NONE
              : (nanos, kind, from, to, piece, offset) ->
                  events.println(
                      nanos + " " + kind + " " + from + " " + to + " " + piece + " " + offset);
      Consumer<Decision> log = explain.isEmpty() ? PeerBrain.UNLOGGED : reasons::println;
      var report = Simulator.run(config, sink, log);
      requireWritten(trace, events);
      requireWritten(explain, reasons);
      return report;
    }
  }

  /** A printer forgets why it could not write; a trace that is cut is none. */
  private static void requireWritten(Optional<Path> file, PrintWriter writer) {
    if (writer.checkError()) {
      throw new Failure(file.map(Path::toString).orElse("sim"), "cannot be written to its end");
    }
  }

  private static PrintWriter writer(Optional<Path> file) throws IOException {
    return file.isPresent()
        ? new PrintWriter(Files.newBufferedWriter(file.get()))
        : new PrintWriter(Writer.nullWriter());
  }

  private void print(SimReport report) {
    String text =
        String.format(
            Locale.ROOT,
            """
            bound       %.1f s  (%s)   client-server %.1f s
            completed   %d of %d   median %.1f s   last %.1f s
            efficiency  %.3f
            uplinks     seed %.0f %%, peers %.0f %% used; the seed sent %.2f copies
            redundant   %.2f %%
            fairness    %.3f  (Jain's index of the completion times)
            entropy     %.3f interest, %.3f copies
            trace       %016x
            """,
            report.bound().seconds(),
            report.bound().term().formula(),
            report.clientServer().seconds(),
            report.finished(),
            report.peers().size(),
            report.medianSeconds(),
            report.lastSeconds(),
            report.efficiency(),
            report.seedUplinkUse() * 100,
            report.peerUplinkUse() * 100,
            report.seedCopies(),
            report.redundantShare() * 100,
            report.fairness(),
            report.interestEntropy(),
            report.replicaEntropy(),
            report.traceHash());
    out().print(text);
    for (String role : List.of("free-rider", "poisoner")) {
      if (report.peers().stream().anyMatch(peer -> peer.role().equals(role))) {
        double rogues = report.meanSeconds(role);
        double honest = report.meanSeconds("honest");
        out()
            .println(
                String.format(
                    Locale.ROOT, "%ss: mean %.1f s, honest peers %.1f s", role, rogues, honest));
      }
    }
  }

  private String json(SimConfig config, SimReport report) {
    List<Json> each =
        report.peers().stream()
            .map(
                peer ->
                    (Json)
                        Json.object()
                            .put("peer", peer.id())
                            .put("role", peer.role())
                            .put("completed_s", rounded(peer.completedSeconds()))
                            .put("sent", peer.sentBytes())
                            .put("received", peer.receivedBytes())
                            .put("uplink_use", rounded(peer.uplinkUse()))
                            .build())
            .toList();
    return Json.object()
        .put("peers", config.peers().size())
        .put("size", config.layout().totalLength())
        .put("piece_length", config.layout().pieceLength())
        .put("policy", policy)
        .put("seed", randomSeed)
        .put("finished", report.finished())
        .put("d_p2p_s", rounded(report.bound().seconds()))
        .put("d_p2p_binds", report.bound().term().formula())
        .put("d_cs_s", rounded(report.clientServer().seconds()))
        .put("last_s", rounded(report.lastSeconds()))
        .put("median_s", rounded(report.medianSeconds()))
        .put("efficiency", rounded(report.efficiency()))
        .put("seed_uplink_use", rounded(report.seedUplinkUse()))
        .put("peer_uplink_use", rounded(report.peerUplinkUse()))
        .put("seed_copies", rounded(report.seedCopies()))
        .put("redundant_share", rounded(report.redundantShare()))
        .put("fairness", rounded(report.fairness()))
        .put("interest_entropy", rounded(report.interestEntropy()))
        .put("replica_entropy", rounded(report.replicaEntropy()))
        .put("events", report.events())
        .put("trace_hash", String.format(Locale.ROOT, "%016x", report.traceHash()))
        .put("completions", Json.array(each))
        .build()
        .toString();
  }

  /** Four digits; what never came to an end stays infinite, and is null in JSON. */
  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : value;
  }
}
