package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnnouncerTest {
  /** Short pauses, so that what comes next comes now. */
  private static final AnnounceLimits LIMITS =
      new AnnounceLimits(
          1 << 20,
          100,
          5,
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          50,
          Duration.ofMinutes(30),
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofDays(1),
          Duration.ofMillis(1),
          Duration.ofMillis(20));

  private final LinkedBlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<List<InetSocketAddress>> told = new LinkedBlockingQueue<>();
  private final Set<String> dead = ConcurrentHashMap.newKeySet();
  private final Set<String> busy = ConcurrentHashMap.newKeySet();

  private AnnounceAnswer answer(String url, AnnounceRequest request) throws IOException {
    asked.add(url + " " + request.event() + request.trackerId().map(t -> " " + t).orElse(""));
    if (url.endsWith("fault")) {
      throw new IllegalArgumentException("a fault of ours");
    }
    if (dead.contains(url)) {
      throw new IOException("refused");
    }
    if (busy.contains(url)) {
      return new AnnounceAnswer.Refused(
          "busy", new AnnounceAnswer.Retry.After(Duration.ofMinutes(50)));
    }
    return new AnnounceAnswer.Accepted(
        Duration.ofMinutes(30),
        Optional.of(Duration.ZERO),
        Optional.empty(),
        Optional.empty(),
        List.of(new InetSocketAddress("10.0.0.1", 6881)),
        Optional.empty(),
        Optional.of("T"));
  }

  private Announcer announcer(List<List<String>> tiers) {
    return new Announcer(
        new TrackerTiers(tiers, Seeded.random("announcer")),
        Map.of("x", this::answer),
        LIMITS,
        port());
  }

  private Announcer.Port port() {
    return new Announcer.Port() {
      @Override
      public AnnounceRequest request(AnnounceEvent event) {
        return new AnnounceRequest(
            InfoHash.of(new byte[20]),
            PeerId.of(new byte[20]),
            1,
            0,
            0,
            0,
            event,
            1,
            1,
            Optional.empty());
      }

      @Override
      public void peers(List<InetSocketAddress> peers) {
        told.add(peers);
      }
    };
  }

  private String next() throws InterruptedException {
    var line = asked.poll(10, TimeUnit.SECONDS);
    return line == null ? "silence" : line;
  }

  @Test
  @Spec("BEP 3")
  void startedCompletedAndStoppedAreEachSaidOnceWithTheTrackersId() throws Exception {
    var announcer = announcer(List.of(List.of("x:a")));
    announcer.start();
    assertThat(next()).isEqualTo("x:a STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).hasSize(1);
    announcer.completed();
    assertThat(next()).isEqualTo("x:a COMPLETED T");
    assertThat(told.poll(10, TimeUnit.SECONDS)).as("its answer is through").hasSize(1);
    announcer.wantPeers();
    assertThat(next()).isEqualTo("x:a NONE T");
    announcer.close();
    assertThat(next()).isEqualTo("x:a STOPPED T");
    assertThat(asked).isEmpty();
  }

  @Test
  @Spec("BEP 12")
  void theFirstTierIsTriedToItsEndBeforeTheSecond() throws Exception {
    dead.addAll(List.of("x:a", "x:b"));
    var announcer = announcer(List.of(List.of("x:a", "x:b"), List.of("x:c")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactlyInAnyOrder("x:a STARTED", "x:b STARTED");
    assertThat(next()).isEqualTo("x:c STARTED");
    told.poll(10, TimeUnit.SECONDS);
    assertThat(announcer.status())
        .extracting(Announcer.TrackerStatus::working)
        .containsExactly(false, false, true);
    announcer.close();
  }

  @Test
  @Spec("BEP 12")
  void theOneThatAnsweredMovesToTheFrontOfItsTier() {
    var tiers =
        new TrackerTiers(List.of(List.of("a", "b", "c"), List.of("d")), Seeded.random("tiers"));
    var last = tiers.order().get(2);
    tiers.answered(last);
    assertThat(tiers.order().getFirst()).isEqualTo(last);
    assertThat(tiers.order().getLast()).isEqualTo("d");
  }

  @Test
  void aTrackerThatFailsIsAskedAgainAndIsALineInTheStatus() throws Exception {
    dead.add("x:a");
    var announcer = announcer(List.of(List.of("x:a")));
    announcer.start();
    assertThat(next()).isEqualTo("x:a STARTED");
    assertThat(next()).isEqualTo("x:a STARTED");
    assertThat(announcer.status().getFirst().text()).isEqualTo("refused");
    dead.clear();
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    announcer.close();
  }

  @Test
  void whoeverTookNoteOfUsIsToldThatWeLeaveAndNotTheDeadTierBefore() throws Exception {
    dead.add("x:a");
    var announcer = announcer(List.of(List.of("x:a"), List.of("x:b")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactly("x:a STARTED", "x:b STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    announcer.close();
    assertThat(next()).isEqualTo("x:b STOPPED T");
    assertThat(asked).isEmpty();
  }

  @Test
  @Spec("BEP 3")
  void aTrackerThatTakesTheDeadOnesPlaceHearsFirstThatWeStarted() throws Exception {
    var announcer = announcer(List.of(List.of("x:a"), List.of("x:b")));
    announcer.start();
    assertThat(next()).isEqualTo("x:a STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    dead.add("x:a");
    announcer.wantPeers();
    assertThat(List.of(next(), next())).containsExactly("x:a NONE T", "x:b STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    announcer.wantPeers();
    assertThat(List.of(next(), next())).containsExactly("x:a NONE T", "x:b NONE T");
    announcer.close();
  }

  @Test
  @Spec("BEP 31")
  void aTrackerThatWantsToBeLeftAloneIsNotAskedAheadOfTheOthersMeanwhile() throws Exception {
    busy.add("x:a");
    var announcer = announcer(List.of(List.of("x:a"), List.of("x:b")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactly("x:a STARTED", "x:b STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    announcer.wantPeers();
    assertThat(next()).isEqualTo("x:b NONE T");
    announcer.close();
  }

  @Test
  @Spec({"BEP 12", "BEP 31"})
  void aTrackerThatWantsToBeLeftAloneKeepsNobodyFromAskingAnotherThatFailedOnce() throws Exception {
    busy.add("x:a");
    dead.add("x:b");
    var announcer = announcer(List.of(List.of("x:a"), List.of("x:b")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactly("x:a STARTED", "x:b STARTED");
    assertThat(next()).isEqualTo("x:b STARTED");
    dead.clear();
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    announcer.close();
  }

  @Test
  @Spec("BEP 31")
  void whenAllWantToBeLeftAloneNobodyIsAsked() throws Exception {
    busy.addAll(List.of("x:a", "x:b"));
    var announcer = announcer(List.of(List.of("x:a"), List.of("x:b")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactly("x:a STARTED", "x:b STARTED");
    assertThat(asked.poll(100, TimeUnit.MILLISECONDS)).isNull();
    announcer.close();
  }

  @Test
  void aTrackersWordsOverUdpAreShortAndWithoutControlCharacters() {
    assertThat(new TrackerError("go\u001b[2J\u009baway".concat("y".repeat(70_000))))
        .message()
        .startsWith("go [2J away")
        .hasSize(500);
  }

  @Test
  void aTrackerThatHasNotAnsweredYetIsALineInTheStatus() throws Exception {
    var silent = new CountDownLatch(1);
    var announcer =
        new Announcer(
            new TrackerTiers(List.of(List.of("x:a")), Seeded.random("silent")),
            Map.of(
                "x",
                (_, _) -> {
                  asked.add("asked");
                  try {
                    silent.await();
                  } catch (InterruptedException e) {
                    throw new IOException(e);
                  }
                  throw new IOException("silent");
                }),
            LIMITS,
            port());
    announcer.start();
    assertThat(next()).isEqualTo("asked");
    assertThat(announcer.status())
        .singleElement()
        .satisfies(s -> assertThat(s.text()).isEqualTo("no answer yet"))
        .satisfies(s -> assertThat(s.working()).isFalse());
    announcer.close();
  }

  @Test
  void aFaultWithOneTrackerIsALineInTheStatusAndTheNextOneIsAsked() throws Exception {
    var announcer = announcer(List.of(List.of("x:fault"), List.of("x:b")));
    announcer.start();
    assertThat(List.of(next(), next())).containsExactly("x:fault STARTED", "x:b STARTED");
    assertThat(told.poll(10, TimeUnit.SECONDS)).isNotNull();
    assertThat(announcer.status().getFirst().text()).contains("a fault of ours");
    announcer.close();
  }
}
