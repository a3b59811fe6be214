package io.l7.cli.bt;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.choke.Ranking;
import io.l7.bittorrent.choke.SlotPolicy;
import io.l7.bittorrent.lsd.LsdSettings;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.peer.TorrentSpec;
import io.l7.bittorrent.swarm.Decision;
import io.l7.cli.ServerOptions;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Transcript;
import io.l7.common.units.Units;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What {@code get} and {@code seed} have in common. */
final class PeerOptions {
  /** Why a certificate is refused. */
  static final String NO_TLS =
      "peers speak no TLS: --tls-cert, --tls-key and --tls-self-signed are for l7 bt track";

  private static final DateTimeFormatter TO_THE_MILLISECOND =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

  private static final Duration LEAST_PAUSE = Duration.ofMillis(100);
  private static final Endpoint DEFAULT = new Endpoint("127.0.0.1", 0);

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--peer",
      paramLabel = "HOST:PORT",
      description = "Try this peer besides those of the trackers; repeatable.")
  private List<Endpoint> peers = new ArrayList<>();

  @Option(names = "--down", paramLabel = "RATE", description = "Download at most so fast: 8Mbit/s.")
  private Optional<String> down = Optional.empty();

  @Option(names = "--up", paramLabel = "RATE", description = "Upload at most so fast: 1MB/s.")
  private Optional<String> up = Optional.empty();

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      description = "Slots: kurose-4-plus-1 (default) or bep3-4-incl-1.")
  private SlotPolicy policy = SlotPolicy.KUROSE_4_PLUS_1;

  @Option(
      names = "--seed-policy",
      paramLabel = "NAME",
      description = "Whom to serve as a seed: fastest-upload (default), round-robin, anti-leech.")
  private Ranking seedPolicy = Ranking.FASTEST_UPLOAD;

  @Option(
      names = "--seed-mode",
      paramLabel = "MODE",
      description = {
        "super: show each peer a few new pieces at a time until all are spread (BEP 16); plain:"
            + " show all;",
        "auto (default): super under a limit of --up."
      })
  private BrainConfig.SeedMode seedMode = BrainConfig.SeedMode.AUTO;

  @Option(names = "--super-seed", description = "The same as --seed-mode super.")
  private boolean superSeed;

  @Mixin private DhtOptions dht = new DhtOptions();

  @Option(
      names = "--dht-port",
      paramLabel = "PORT",
      description = "Where the node of the DHT is (default: the peer's own number).")
  private Optional<Integer> dhtPort = Optional.empty();

  @Option(
      names = "--no-dht",
      description = "Take no part in the DHT, whatever nodes the torrent names.")
  private boolean noDht;

  @Option(
      names = "--lsd",
      description =
          "Look for peers on the local networks (BEP 14) though it listens on the loopback.")
  private boolean lsd;

  @Option(
      names = "--no-lsd",
      description =
          "Look for none there: where it listens on other addresses it does so by itself.")
  private boolean noLsd;

  @Option(
      names = "--explain",
      description = "Print each decision and its reason to standard error.")
  private boolean explain;

  @Option(
      names = "--status",
      paramLabel = "TIME",
      description = "Print the status, with peers and the bound, as a line of JSON so often.")
  private Optional<Duration> statusEvery = Optional.empty();

  /** Prints the status now and then until the process ends, if that was asked for. */
  void reportStatus(Torrent torrent, PrintWriter out) {
    statusEvery.ifPresent(
        pause -> {
          var _ =
              Thread.ofVirtual()
                  .name("status")
                  .start(
                      () -> {
                        try {
                          while (true) {
                            Thread.sleep(pause);
                            out.println(TorrentJson.of(torrent.status()));
                            out.flush();
                          }
                        } catch (InterruptedException _) {
                          // nobody wants to know any more
                        }
                      });
        });
  }

  /** A peer as the options describe it. */
  Peer start(ServerOptions server, Metrics metrics, Transcript transcript, TorrentSpec spec)
      throws IOException {
    if (statusEvery.filter(pause -> pause.compareTo(LEAST_PAUSE) < 0).isPresent()) {
      throw usage("--status: at least 100ms");
    }
    var builder = Peer.builder().metrics(metrics).transcript(transcript);
    server.listen(DEFAULT).forEach(builder::listen);
    rate("--up", up).ifPresent(builder::upRate);
    rate("--down", down).ifPresent(builder::downRate);
    if (usesDht(spec)) {
      var settings = dht.settings(spec.nodes());
      builder.dht(dhtPort.map(settings::port).orElse(settings));
    }
    if (lsd && noLsd) {
      throw usage("--no-lsd does not go with --lsd");
    }
    if (!noLsd) {
      builder.lsd(lsd ? LsdSettings.LOOPBACK_TOO : LsdSettings.DEFAULT);
    }
    return builder.start();
  }

  /** Nobody's nodes are asked unless somebody names them: there are none by default. */
  private boolean usesDht(TorrentSpec spec) {
    if (dhtPort.filter(port -> port < 0 || port > 0xffff).isPresent()) {
      throw usage("--dht-port: from 0 to 65535");
    }
    boolean wanted = dht.isWanted() || dhtPort.isPresent();
    if (wanted && noDht) {
      throw usage("--no-dht goes with none of --dht, --dht-port and --dht-state");
    }
    boolean isPrivate = spec.info().map(InfoDictionary::isPrivate).orElse(false);
    return !noDht && !isPrivate && (wanted || !spec.nodes().isEmpty());
  }

  private OptionalLong rate(String option, Optional<String> typed) {
    try {
      return typed.map(Units::parseRate).map(OptionalLong::of).orElse(OptionalLong.empty());
    } catch (IllegalArgumentException e) {
      throw usage(option + ": " + e.getMessage());
    }
  }

  private ParameterException usage(String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }

  /** The torrent with the policies and peers of the options. */
  TorrentSpec apply(TorrentSpec spec) throws UnknownHostException {
    var addresses = new ArrayList<InetSocketAddress>(spec.peers());
    for (var peer : peers) {
      addresses.add(peer.toSocketAddress());
    }
    return spec.peers(addresses)
        .policies(
            BrainConfig.DEFAULTS
                .slots(policy)
                .seedRanking(seedPolicy)
                .seedMode(superSeed ? BrainConfig.SeedMode.SUPER : seedMode));
  }

  /** Where decisions are explained. */
  Consumer<Decision> explainer(PrintWriter err) {
    return explain
        ? decision ->
            err.println(
                LocalTime.now(ZoneId.systemDefault()).format(TO_THE_MILLISECOND)
                    + " "
                    + decision.text())
        : _ -> {};
  }
}
