package io.l7.cli.lab;

import io.l7.cli.Daemon;
import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.units.Units;
import io.l7.lab.Lab;
import io.l7.lab.Textbook;
import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.story.Told;
import io.l7.lab.story.Told.Verdict;
import io.l7.lab.world.Hardship;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code l7 lab}: starts the little Internet, tells its story, and stays to be looked at. */
@Command(
    name = "lab",
    description = {
      "A little Internet on loopback in one process: root, zones and resolver, mail, web, a swarm,"
          + " video through a CDN.",
      "Tells its story, one line a step; then stays for the dashboard until Ctrl-C, unless --once."
    })
public final class LabCommand extends L7Command {
  @Option(names = "--once", description = "Tell the story and end; exit status 1 if a step failed.")
  private boolean once;

  @Option(
      names = "--dashboard",
      paramLabel = "HOST:PORT",
      description = "Where to show it (default 127.0.0.1:8053).")
  private @Nullable Endpoint dashboard;

  @Option(
      names = "--video",
      paramLabel = "FILE",
      description = "The film to play; a test clip is made otherwise.")
  private @Nullable Path video;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of what it draws: content, conditions, loss (default 1).")
  private long seed = 1;

  @Option(
      names = "--hardship",
      description =
          "Give each path up to 40 ms of delay, 10 ms of jitter and 2 %% of loss, by the seed.")
  private boolean hardship;

  @Override
  protected int run() throws Exception {
    if (video != null && !Files.isReadable(video))
      throw failure(video.toString(), "no such file, or not readable");
    long start = System.nanoTime();
    try (var world = Textbook.start(seed, Optional.ofNullable(video), paths())) {
      var lab = world.lab();
      var up = Duration.ofNanos(System.nanoTime() - start);
      err()
          .printf(
              Locale.ROOT,
              "lab: %d hosts up in %s, seed %d%n"
                  + "lab: ask its resolver: dig @%s -p %d hamburger.edu MX%n"
                  + "lab: trust its certificates: curl --cacert %s%n",
              lab.world().hosts().all().size(),
              Units.duration(up),
              seed,
              lab.world().resolverAddress().getAddress().getHostAddress(),
              lab.world().resolverAddress().getPort(),
              lab.world().trustFile());
      err().flush();
      var page = once && dashboard == null ? Optional.<Dashboard>empty() : dashboard(lab);
      try (var daemon = new Daemon(out(), Duration.ofSeconds(5))) {
        daemon.onStop(limit -> world.close());
        daemon.status(() -> 1); // a story that was broken off
        if (page.isPresent()) {
          world.buttons(page.get());
          daemon.ready("dashboard", page.get().address());
        }
        daemon.open();
        int status = tell(world, up);
        daemon.status(() -> status);
        page.ifPresent(Dashboard::announce);
        if (once) return status;
        page.ifPresent(this::invite);
        return daemon.await();
      } finally {
        page.ifPresent(Dashboard::close);
      }
    }
  }

  private void invite(Dashboard page) {
    err().println("lab: open http://" + Endpoint.of(page.address()) + "/ ; Ctrl-C ends it");
    err().flush();
  }

  private Hardship paths() {
    return hardship ? Hardship.USUAL : Hardship.NONE;
  }

  /** The page; without it the story is told all the same. */
  private Optional<Dashboard> dashboard(Lab lab) {
    var endpoint = dashboard == null ? new Endpoint("127.0.0.1", 8053) : dashboard;
    try {
      return Optional.of(Dashboard.start(lab.world(), endpoint));
    } catch (IOException e) {
      err().printf("l7: dashboard left out: %s (choose another by --dashboard)%n", e.getMessage());
      err().flush();
      return Optional.empty();
    }
  }

  private int tell(Textbook world, Duration up) {
    var all = world.story().tell(json() ? told -> {} : this::line);
    if (json()) {
      out().println(json(all, up).pretty());
    } else {
      table(all);
    }
    out().flush();
    return all.stream().anyMatch(told -> told.verdict() == Verdict.FAILED) ? 1 : 0;
  }

  private void line(Told told) {
    var word =
        switch (told.verdict()) {
          case OK -> styled("fg(green)", "ok");
          case FAILED -> styled("fg(red)", "failed");
          case LEFT_OUT -> styled("fg(yellow)", "left out");
        };
    out().println(word + " " + told.step() + ": " + told.text());
    out().flush();
  }

  private void table(List<Told> all) {
    out().println();
    for (var told : all) {
      out()
          .printf(
              Locale.ROOT,
              "%-12s %-9s %8s%n",
              told.step(),
              told.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              Units.duration(told.took()));
      told.figures()
          .forEach((what, value) -> out().printf(Locale.ROOT, "  %-34s %s%n", what, value));
    }
  }

  private static Json json(List<Told> all, Duration up) {
    var steps =
        all.stream()
            .map(
                told ->
                    Json.object()
                        .put("step", told.step())
                        .put("verdict", told.verdict().name().toLowerCase(Locale.ROOT))
                        .put("seconds", told.took().toMillis() / 1000.0)
                        .put("figures", told.figures())
                        .put("text", told.text())
                        .build())
            .toList();
    return Json.object().put("world_ms", up.toMillis()).put("steps", steps).build();
  }
}
