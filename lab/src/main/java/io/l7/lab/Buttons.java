package io.l7.lab;

import io.l7.common.link.Wire;
import io.l7.dash.play.PlayClock;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Name;
import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.dashboard.Dashboard.Action;
import io.l7.lab.story.SwarmStep;
import io.l7.lab.story.VideoStep;
import io.l7.lab.video.Viewer;
import io.l7.lab.world.LabHost;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;

/** What the dashboard can do to the textbook's world. */
final class Buttons {
  private static final String NOT_YET = "wait until the story has come to the film";

  private final Lab lab;
  private final SwarmStep swarm;
  private final VideoStep film;
  private final AtomicBoolean playing = new AtomicBoolean();

  Buttons(Lab lab, SwarmStep swarm, VideoStep film) {
    this.lab = lab;
    this.swarm = swarm;
    this.film = film;
  }

  void on(Dashboard page) {
    page.action(new Action("mail", "Send a mail", this::mail));
    page.action(new Action("cut", "Cut crepes.fr – hamburger.edu", () -> link(Wire.State.CUT)));
    page.action(new Action("mend", "Mend it", () -> link(Wire.State.WHOLE)));
    page.action(new Action("flush", "Forget cached names", this::flush));
    page.action(new Action("peer", "Start a peer", swarm::joinOneMore));
    page.action(new Action("play", "Play the film", this::play));
    page.action(new Action("kill", "Kill an edge", this::kill));
    page.action(new Action("revive", "Revive the edges", this::revive));
  }

  private String mail() throws Exception {
    var letter =
        "From: alice@crepes.fr\r\nTo: bob@hamburger.edu\r\nSubject: It is "
            + Instant.now()
            + "\r\n\r\nHello from the dashboard.\r\n";
    lab.mail()
        .find("crepes.fr")
        .orElseThrow()
        .submit("alice", "bob@hamburger.edu", letter.getBytes(StandardCharsets.US_ASCII));
    return "alice's server has the mail and will deliver it";
  }

  private String link(Wire.State state) {
    var links = lab.world().links();
    links.cut(mailHost("crepes.fr").address(), mailHost("hamburger.edu").address(), state);
    return state == Wire.State.CUT ? "cut: mail waits in the queue" : "mended";
  }

  private LabHost mailHost(String domain) {
    return lab.mail().find(domain).orElseThrow().host();
  }

  private String flush() {
    lab.resolver().flush(Name.ROOT, DnsCache.Scope.SUBTREE);
    return "the cache is empty: the next name is walked from the root";
  }

  private String play() {
    if (film.cdn().isEmpty()) return NOT_YET;
    if (!playing.compareAndSet(false, true)) return "it is playing";
    Thread.ofVirtual().name("lab-viewer").start(this::watch);
    return "playing, in real time";
  }

  private void watch() {
    try {
      new Viewer(lab.world(), film.viewer()).watch(PlayClock.Pace.REAL_TIME);
    } catch (Exception e) {
      lab.world().events().cause("dash", "the film stopped: " + e.getMessage());
    } finally {
      playing.set(false);
    }
  }

  private String kill() {
    var cdn = film.cdn();
    if (cdn.isEmpty()) return NOT_YET;
    var alive = cdn.get().alive();
    if (alive.isEmpty()) return "all edges are dead; revive them";
    cdn.get().kill(alive.getFirst());
    return alive.getFirst().name() + " is dead; DNS will leave it out";
  }

  private String revive() throws Exception {
    if (film.cdn().isEmpty()) return NOT_YET;
    film.cdn().get().reviveAll();
    return "all edges are up";
  }
}
