package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Tracker;
import io.l7.bittorrent.announce.AnnounceAnswer;
import io.l7.bittorrent.announce.AnnounceEvent;
import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.announce.AnnounceRequest;
import io.l7.bittorrent.announce.HttpTrackerClient;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.Scheduler;
import io.l7.dash.play.PlayReport;
import io.l7.dash.play.Player;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdateClient;
import io.l7.dns.update.UpdatePolicy;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import io.l7.smtp.mailbox.StoredMail;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Daemons are drained and started again while clients go on, and nobody is let down. */
class DrainTest {
  private static final int CLIENTS = 6;
  private static final int RESTARTS = 3;
  private static final int HTTP_PORT = 8080;
  private static final int DNS_PORT = 5300;
  private static final int TRACKER_PORT = 6969;
  private static final int FILM_SECONDS = 5;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String BOB = "bob@hamburger.edu";
  private static final Name ZONE = Name.parse("live.example.lab.");

  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(b -> b.mail("hamburger.edu", "bob").domain("example.lab"));

  @TempDir Path folder;

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  /**
   * What a client does again and again: whether the server has acknowledged thing {@code number}.
   */
  @FunctionalInterface
  private interface Attempt {
    boolean succeeds(int number) throws IOException;
  }

  /** Ends a daemon gracefully and starts it again. */
  @FunctionalInterface
  private interface Restart {
    void run() throws Exception;
  }

  private void acrossRestarts(Attempt attempt, Restart restart) throws Exception {
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < CLIENTS; i++) tasks.execute(() -> goOn(attempt));
        for (int i = 0; i < RESTARTS; i++) {
          progress();
          restart.run();
        }
        progress();
      } finally {
        over.set(true);
      }
    }
  }

  private void goOn(Attempt attempt) {
    while (!over.get()) {
      int number = numbers.incrementAndGet();
      try {
        if (attempt.succeeds(number)) acknowledged.add(Integer.toString(number));
      } catch (IOException e) {
        // Refused while there is no server.
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
  }

  /** Waits until every client has got something more, about. */
  private void progress() throws Exception {
    int enough = acknowledged.size() + 2 * CLIENTS;
    Eventually.holds("more work", () -> acknowledged.size() >= enough);
  }

  @Test
  void everyRequestThatAnHttpServerBeganIsAnsweredWhole() throws Exception {
    var host = lab.lab().host("www.example.lab", Role.WEB);
    Set<String> begun = ConcurrentHashMap.newKeySet();
    // Slow enough that each drain finds requests under way.
    Handler handler =
        request -> {
          begun.add(request.path().substring(1));
          LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
          return Response.text("done " + request.path());
        };
    var running = new HttpServer[] {server(host, handler)};
    try {
      acrossRestarts(
          this::get,
          () -> {
            running[0].drain(LIMIT);
            running[0] = server(host, handler);
          });
    } finally {
      running[0].close();
    }
    assertThat(acknowledged).isNotEmpty().containsExactlyInAnyOrderElementsOf(begun);
  }

  private static HttpServer server(LabHost host, Handler handler) throws IOException {
    return HttpServer.builder()
        .network(host.network())
        .listen(host.at(HTTP_PORT))
        .handler(handler)
        .start();
  }

  private boolean get(int number) throws IOException {
    var path = "/" + number;
    var response = lab.browser().send(Request.get("http://www.example.lab:" + HTTP_PORT + path));
    var whole = response.body().text(100).equals("done " + path);
    return response.status().equals(Status.OK) && whole;
  }

  @Test
  void everyMailThatGotIts250IsInTheMailboxOnce() throws Exception {
    var domain = lab.lab().mail().find("hamburger.edu").orElseThrow();
    acrossRestarts(
        number -> {
          var mail = "From: <%s>\r\nSubject: %d\r\n\r\nHello.\r\n".formatted(BOB, number);
          domain.submit("bob", BOB, mail.getBytes(StandardCharsets.US_ASCII));
          return true;
        },
        () -> {
          domain.stop();
          domain.start();
        });
    lab.mail(BOB).await(acknowledged.size());
    var subjects = lab.mail(BOB).list().stream().map(DrainTest::subject).toList();
    assertThat(subjects).doesNotHaveDuplicates().containsAll(acknowledged);
  }

  private static String subject(StoredMail mail) {
    return mail.field("subject");
  }

  @Test
  void everyUpdateThatANameServerAcknowledgedIsInTheZone() throws Exception {
    var host = lab.lab().host("ns.example.lab", Role.AUTHORITY);
    var file =
        Files.writeString(
            folder.resolve("live.zone"),
            "@ 60 SOA ns.example.lab. h.example.lab. 1 60 60 3600 60\n@ 60 NS ns.example.lab.\n");
    var secret = new byte[32];
    Seeded.random("drain").nextBytes(secret);
    var key = new TsigKey(Name.parse("drain."), TsigAlgorithm.HMAC_SHA256, secret);
    var running = new NameServer[] {NameServer.start(host, file, key)};
    var client =
        new UpdateClient(
            lab.lab().world().dialer(host),
            host.at(DNS_PORT),
            Optional.of(key),
            InstantSource.system(),
            new SecureRandom());
    try {
      acrossRestarts(
          number -> {
            var address = RecordText.parse(RRType.A, "127.0.0.1", ZONE);
            var name = Name.parse("n" + number + "." + ZONE);
            var request = new UpdateClient.Request(ZONE).add(name, RRType.A, 60, address);
            return client.send(request).equals(Rcode.NOERROR);
          },
          () -> {
            running[0].stop();
            running[0] = NameServer.start(host, file, key);
          });
      var zone = running[0].zones.primary(ZONE).orElseThrow().live().zone();
      assertThat(acknowledged)
          .isNotEmpty()
          .allMatch(number -> zone.contains(Name.parse("n" + number + "." + ZONE)));
    } finally {
      running[0].stop();
    }
  }

  private record NameServer(HostedZones zones, DnsServer server) {
    static NameServer start(LabHost host, Path file, TsigKey key) throws IOException {
      var options =
          new HostedZones.Options(
              List.of(new HostedZones.ZoneSource(ZONE, file)),
              List.of(),
              List.of(key),
              UpdatePolicy.allowing(List.of(key)),
              AccessList.nobody(),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              Optional.empty(),
              Optional.empty());
      var zones = HostedZones.open(options, Scheduler.real());
      var server =
          DnsServer.builder()
              .network(host.network())
              .listen(host.at(DNS_PORT))
              .authority(zones.authority())
              .start();
      return new NameServer(zones, server);
    }

    void stop() throws IOException {
      server.drain(LIMIT);
      zones.close();
    }
  }

  @Test
  void everyPeerThatATrackerAcknowledgedIsStillKnown() throws Exception {
    var host = lab.lab().host("tracker.example.lab", Role.TRACKER);
    var state = folder.resolve("swarms");
    var running = new Tracker[] {tracker(host, state)};
    try (var client =
        new HttpTrackerClient(lab.lab().world().dialer(host), AnnounceLimits.DEFAULT)) {
      acrossRestarts(
          number -> announce(client, number),
          () -> {
            running[0].drain(LIMIT);
            running[0] = tracker(host, state);
          });
      assertThat(running[0].peers()).isGreaterThanOrEqualTo(acknowledged.size());
    } finally {
      running[0].close();
    }
  }

  private static Tracker tracker(LabHost host, Path state) throws IOException {
    return Tracker.builder()
        .network(host.network())
        .http(host.at(TRACKER_PORT))
        .state(state)
        .start();
  }

  /** Each number is another peer of one torrent, at a port of its own. */
  private static boolean announce(HttpTrackerClient client, int number) throws IOException {
    var peer = PeerId.random(new SplittableRandom(number));
    var request =
        new AnnounceRequest(
            InfoHash.of(new byte[InfoHash.LENGTH]),
            peer,
            1024 + number,
            0,
            0,
            1,
            AnnounceEvent.STARTED,
            0,
            number,
            Optional.empty());
    var url = "http://tracker.example.lab:" + TRACKER_PORT + "/announce";
    return client.announce(url, request) instanceof AnnounceAnswer.Accepted;
  }

  @Test
  void whoWatchesAFilmNoticesNothingWhenEachEdgeIsRestartedInTurn() throws Exception {
    var world = lab.lab().world();
    var edges = List.of("edge1.example.lab", "edge2.example.lab");
    var urls = edges.stream().map(name -> "http://" + name + ":" + HTTP_PORT + "/").toList();
    var films =
        new DashHandler(
            new PackedFolder(TestFilm.packed(folder, FILM_SECONDS, urls)), report -> {});
    var running = new ArrayList<HttpServer>();
    for (var name : edges) running.add(server(world.host(name, Role.EDGE), films));
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor();
        var client = world.browser(world.host("viewer.example.lab", Role.CLIENT))) {
      Callable<PlayReport> watch =
          () ->
              Player.of(URI.create(urls.getFirst() + "manifest.mpd"))
                  .client(client)
                  .buffer(Duration.ofSeconds(4))
                  .watch(chunk -> numbers.incrementAndGet())
                  .play();
      var played = tasks.submit(watch);
      Eventually.holds("the first chunk", () -> numbers.get() > 0);
      for (int which = 0; !played.isDone(); which = 1 - which) {
        running.get(which).drain(LIMIT);
        running.set(which, server(world.host(edges.get(which), Role.EDGE), films));
        LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      }
      assertThat(played.get().stalls()).isZero();
      assertThat(played.get().playedMs()).isEqualTo(FILM_SECONDS * 1000.0);
    } finally {
      running.forEach(HttpServer::close);
    }
  }
}
