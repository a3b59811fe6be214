package io.l7.cli.dash;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.cli.OptionRules;
import io.l7.cli.ServerOptions;
import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.Cmcd;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.LiveLoop;
import io.l7.dash.serve.MediaSource;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dash serve}. */
@Command(
    name = "serve",
    description = "Serve a packed folder, or a plain MP4 packaged on the fly; a player at /.")
final class ServeCommand extends L7Command {
  private static final Duration SEGMENT = Duration.ofSeconds(4);
  private static final Duration DVR = Duration.ofSeconds(60);

  @Parameters(paramLabel = "DIR|VIDEO", description = "A folder made by pack, or an MP4.")
  private Path source = Path.of(".");

  @Option(
      names = "--segment",
      paramLabel = "TIME",
      description = "Duration of a segment made on the fly (default 4s).")
  private @Nullable Duration segment;

  @Option(
      names = "--base-url",
      paramLabel = "URL",
      description = "Put into a manifest made on the fly; repeatable.")
  private List<String> baseUrls = List.of();

  @Option(
      names = "--live",
      description = "As if it were live, from now on and for ever: the film over and over.")
  private boolean live;

  @Option(
      names = "--dvr",
      paramLabel = "TIME",
      description = "With --live: how far back viewers may go, 10s to 6h (default 60s).")
  private @Nullable Duration dvr;

  @Option(
      names = "--live-delay",
      paramLabel = "TIME",
      description = "With --live: how far behind players are asked to play (default 3 segments).")
  private @Nullable Duration liveDelay;

  @Option(
      names = "--form",
      paramLabel = "FORM",
      description = "With --live: timeline (default), or number: counted by the clock.")
  private @Nullable String form;

  @Option(
      names = "--cmcd-log",
      paramLabel = "FILE",
      description = "What players report (CMCD), as JSON lines; - is standard output.")
  private @Nullable String cmcdLog;

  @Mixin private ServerOptions server = new ServerOptions();

  @Override
  protected int run() throws Exception {
    if (segment != null && segment.compareTo(Duration.ofMillis(200)) < 0) {
      throw usage("--segment: at least 200ms");
    }
    if (!Files.exists(source)) {
      throw failure(source.toString(), "no such file or folder");
    }
    typed(this::checked);
    Optional<LiveSetting> showing = live ? Optional.of(liveSetting()) : Optional.empty();
    var metrics = new Metrics();
    var daemon = new Daemon(out(), server.drain());
    try (MediaSource media = open(showing)) {
      var builder =
          HttpServer.builder()
              .handler(new DashHandler(media, cmcdListener(metrics)))
              .metrics(metrics)
              .transcript(server.transcript(dialogue(Dialogue.Naming.NAMED)));
      var identity = server.identity("localhost", "127.0.0.1");
      for (Endpoint endpoint : server.listen(new Endpoint("127.0.0.1", 8081))) {
        if (identity.isPresent()) {
          builder.listen(endpoint, identity.get());
        } else {
          builder.listen(endpoint);
        }
      }
      try (var http = builder.start()) {
        server.startMetrics(metrics, daemon);
        http.addresses().forEach(address -> daemon.ready("dash", address));
        daemon.onStop(http::drain);
        return daemon.await();
      }
    }
  }

  /** Looks for what would come to nothing. */
  private ServeCommand checked() {
    boolean onTheFly = !Files.isDirectory(source);
    OptionRules.isFor("--segment", segment != null, "a VIDEO", onTheFly);
    OptionRules.isFor("--base-url", !baseUrls.isEmpty(), "a VIDEO", onTheFly);
    OptionRules.isFor("--dvr", dvr != null, "--live", live);
    OptionRules.isFor("--live-delay", liveDelay != null, "--live", live);
    OptionRules.isFor("--form", form != null, "--live", live);
    return this;
  }

  private LiveSetting liveSetting() {
    LiveForm chosen;
    try {
      chosen = form == null ? LiveForm.TIMELINE : LiveForm.parse(form);
    } catch (IllegalArgumentException e) {
      throw usage("--form: timeline or number");
    }
    try {
      return new LiveSetting(
          dvr == null ? DVR : dvr, liveDelay == null ? Duration.ZERO : liveDelay, chosen);
    } catch (IllegalArgumentException e) {
      throw usage("--dvr, --live-delay: " + e.getMessage());
    }
  }

  private MediaSource open(Optional<LiveSetting> showing) throws IOException {
    MediaSource recording = open();
    if (showing.isEmpty()) {
      return recording;
    }
    try {
      return new LiveLoop(recording, showing.get(), InstantSource.system(), DashLimits.defaults());
    } catch (IOException e) {
      recording.close();
      throw failure(source.toString(), String.valueOf(e.getMessage()));
    }
  }

  private MediaSource open() throws IOException {
    if (Files.isDirectory(source)) {
      if (!Files.isRegularFile(source.resolve("manifest.mpd"))) {
        throw failure(source.toString(), "no manifest.mpd in it (make one: l7 dash pack)");
      }
      return new PackedFolder(source);
    }
    try {
      return new JustInTime(
          Presentation.open(
              List.of(source),
              segment == null ? SEGMENT : segment,
              Disk.real(),
              DashLimits.defaults()),
          baseUrls);
    } catch (IOException e) {
      throw failure(source.toString(), String.valueOf(e.getMessage()));
    }
  }

  private Consumer<Cmcd> cmcdListener(Metrics metrics) throws IOException {
    var counter = metrics.counter("dash_cmcd_reports", "Requests that carried CMCD.");
    if (cmcdLog == null) {
      return report -> counter.add();
    }
    PrintWriter log =
        cmcdLog.equals("-")
            ? out()
            : new PrintWriter(Files.newBufferedWriter(Path.of(cmcdLog), StandardCharsets.UTF_8));
    return report -> {
      counter.add();
      synchronized (log) {
        log.println(Json.object().put("path", report.path()).put("cmcd", report.keys()).build());
        log.flush();
      }
    };
  }
}
