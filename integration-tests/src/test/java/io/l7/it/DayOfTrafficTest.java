package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Tracker;
import io.l7.common.time.VirtualTime;
import io.l7.dns.message.RRType;
import io.l7.http.cache.HttpCache;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.proxy.ReverseProxy;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.Role;
import io.l7.smtp.mailbox.StoredMail;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A day of mixed traffic, all protocols at once, in virtual time: what was accepted is there at its
 * end, once; what may be kept was kept, and no longer than it may be.
 */
class DayOfTrafficTest {
  private static final Duration STEP = Duration.ofMinutes(5);
  private static final int STEPS_AN_HOUR = 12;
  private static final int STEPS = 24 * STEPS_AN_HOUR;
  private static final int MAIL_EVERY = 2;
  private static final int ANNOUNCE_EVERY = 6;
  private static final int OUTAGE_FROM = 9 * STEPS_AN_HOUR;
  private static final int OUTAGE_UNTIL = 13 * STEPS_AN_HOUR;
  private static final int NOON = 12 * STEPS_AN_HOUR;
  private static final int HOUR = 3_600;
  private static final int TRACKER_PORT = 6969;
  private static final String ALICE = "alice@crepes.fr";
  private static final String BOB = "bob@hamburger.edu";

  private final VirtualTime time = new VirtualTime(Instant.now());
  private final AtomicInteger atOrigin = new AtomicInteger();
  private final List<String> sent = new ArrayList<>();

  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(
          b ->
              b.virtual(time)
                  .signed()
                  .mail("crepes.fr", "alice")
                  .mail("hamburger.edu", "bob")
                  .site("origin.example.lab", this::news));

  private Tracker tracker;

  private Response news(Request request) {
    return Response.text("news " + atOrigin.incrementAndGet())
        .with("Cache-Control", "max-age=" + HOUR);
  }

  @BeforeEach
  void furnish() throws Exception {
    var world = lab.lab().world();
    world
        .names()
        .zoneOf("hamburger.edu")
        .replace("hamburger.edu.", 4 * HOUR, "MX", "10 mail.hamburger.edu.");

    var edge = world.host("www.example.lab", Role.EDGE);
    var proxy =
        world.own(
            ReverseProxy.over(world.own(world.browser(edge)).transport())
                .upstream(URI.create(world.url("http", "origin.example.lab", "")))
                .build());
    world.site(
        "www.example.lab",
        Role.EDGE,
        world.own(HttpCache.before(proxy).clock(world.clock()).build()));

    var host = world.host("tracker.example.lab", Role.TRACKER);
    tracker =
        world.own(
            Tracker.builder()
                .network(host.network())
                .http(host.at(TRACKER_PORT))
                .clock(time::nanos)
                .start());
  }

  @Test
  void nothingThatWasAcceptedIsLostAndWhatIsOldIsFetchedAgain() throws Exception {
    var hamburger = lab.lab().mail().find("hamburger.edu").orElseThrow();
    for (int step = 0; step < STEPS; step++) {
      if (step == OUTAGE_FROM) hamburger.stop();
      if (step == OUTAGE_UNTIL) hamburger.start();
      if (step % MAIL_EVERY == 0) mail(step);
      assertThat(page()).as("step %s", step).isEqualTo("news " + (step / STEPS_AN_HOUR + 1));
      if (step % ANNOUNCE_EVERY == 0) announce(step);
      pass();
    }

    allMailArrives();
    var subjects = lab.mail(BOB).list().stream().map(DayOfTrafficTest::subject).toList();
    assertThat(subjects).containsExactlyInAnyOrderElementsOf(sent);
    assertThat(atOrigin).as("an hourly page in a day").hasValue(24);
    assertThat(lab.dns().times("hamburger.edu", RRType.MX))
        .as("records of four hours in a day")
        .isBetween(6L, 7L);
    assertThat(tracker.peers()).as("the third left at noon without a word").isEqualTo(2);
  }

  private void mail(int step) throws Exception {
    var subject = "Mail of step " + step;
    lab.send(ALICE, BOB, "Subject: " + subject + "\n\nHello.\n");
    sent.add(subject);
  }

  private static String subject(StoredMail mail) {
    return mail.field("subject");
  }

  /** Mails of the outage are tried again as the queue's schedule says. */
  private void allMailArrives() throws Exception {
    Eventually.holds(
        "all mail of the day",
        () -> {
          pass();
          return lab.mail(BOB).list().size() >= sent.size();
        });
  }

  /**
   * Lets time pass, up to each thing that falls due and only when nothing is under way: nobody
   * should see it jump in the middle of work, work that falls due on the way included.
   */
  private void pass() throws Exception {
    var end = time.now().plus(STEP);
    settle();
    while (time.now().isBefore(end)) {
      var next = time.next().filter(moment -> moment.isBefore(end)).orElse(end);
      time.advance(Duration.between(time.now(), next));
      settle();
    }
  }

  private void settle() throws Exception {
    var queue = lab.lab().mail().find("crepes.fr").orElseThrow().server().queue();
    Eventually.holds(
        "every mail is delivered or waits for its next try, and no name is being looked up",
        () -> {
          time.advance(Duration.ZERO); // a timer set a moment ago may be due already
          return lab.lab().resolver().underWay() == 0
              && queue.list().stream()
                  .flatMap(mail -> mail.state().recipients().stream())
                  .allMatch(recipient -> recipient.isFinal() || isLater(recipient.nextTry()));
        });
  }

  private boolean isLater(Instant when) {
    return when.isAfter(time.now());
  }

  private String page() throws Exception {
    var response = lab.browser().send(Request.get(lab.url("http", "www.example.lab", "/news")));
    return response.body().text(100);
  }

  /** Three peers of one torrent; the third leaves at noon without saying so. */
  private void announce(int step) throws Exception {
    for (int peer = 1; peer <= (step < NOON ? 3 : 2); peer++) {
      var url =
          "http://tracker.example.lab:%d/announce?info_hash=%s&peer_id=%s&port=%d"
                  .formatted(TRACKER_PORT, "h".repeat(20), ("" + peer).repeat(20), 6880 + peer)
              + "&uploaded=0&downloaded=0&left=1&compact=1&numwant=0";
      var answer = lab.browser().send(Request.get(url)).body().text(1_000);
      assertThat(answer).contains("8:interval").doesNotContain("failure");
    }
  }
}
