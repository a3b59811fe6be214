package io.l7.bittorrent.announce;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the trackers of one torrent informed: each of started first, then at the intervals they ask
 * for, completed once, stopped at the end. Tiers are tried as BEP 12 says; a tracker that fails is
 * a line in the status and never the end of a download. One virtual thread.
 */
public final class Announcer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
  private final TrackerTiers tiers;
  private final Map<String, TrackerClient> clients;
  private final AnnounceLimits limits;
  private final Port port;
  private final Thread thread;
  private final Map<String, TrackerStatus> statuses = new LinkedHashMap<>();
  private final Map<String, String> trackerIds = new HashMap<>();
  private final Set<String> given = new HashSet<>();

  /**
   * Until when trackers that said so want to be left alone (BEP 31), as {@link System#nanoTime}.
   */
  private final Map<String, Long> resting = new HashMap<>();

  /** Trackers that took note of us, to be told when we leave. */
  private final Set<String> knowUs = new LinkedHashSet<>();

  private final AnnounceSchedule schedule;
  private boolean stopping;

  /** What an announcer asks of, and tells, the torrent. */
  public interface Port {
    /** The figures of an announce, without a tracker id. */
    AnnounceRequest request(AnnounceEvent event);

    /** Peers a tracker named; not judged yet. */
    void peers(List<InetSocketAddress> peers);
  }

  /**
   * One tracker as a status shows it.
   *
   * @param url of the tracker
   * @param text what it last said, or why it could not be asked
   * @param complete seeds it knows
   * @param incomplete leechers it knows
   * @param working whether its last answer was one
   */
  public record TrackerStatus(
      String url,
      String text,
      Optional<Integer> complete,
      Optional<Integer> incomplete,
      boolean working) {}

  /**
   * @param clients by URL scheme
   */
  public Announcer(
      TrackerTiers tiers, Map<String, TrackerClient> clients, AnnounceLimits limits, Port port) {
    this.tiers = tiers;
    this.clients = Map.copyOf(clients);
    this.limits = limits;
    this.port = port;
    this.schedule = new AnnounceSchedule(limits, System.nanoTime());
    this.thread = Thread.ofVirtual().name("announcer").unstarted(this::run);
  }

  /** Begins, unless it has begun. */
  public synchronized void start() {
    if (!tiers.isEmpty() && thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /** All was there from the start, so nothing is ever told as completed. */
  public synchronized void alreadyComplete() {
    schedule.alreadyComplete();
  }

  /** Every selected byte is there; told to the tracker once. */
  public synchronized void completed() {
    schedule.completed();
    notifyAll();
  }

  /** More peers would be welcome: asks as soon as the tracker allows. */
  public synchronized void wantPeers() {
    schedule.wantPeers();
    notifyAll();
  }

  /** The trackers as a status shows them. */
  public synchronized List<TrackerStatus> status() {
    return List.copyOf(statuses.values());
  }

  private void run() {
    try {
      while (true) {
        var event = await();
        if (event == AnnounceEvent.STOPPED) {
          return;
        }
        announce(event);
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  private synchronized AnnounceEvent await() throws InterruptedException {
    while (true) {
      long now = System.nanoTime();
      if (stopping) {
        return AnnounceEvent.STOPPED;
      }
      var due = schedule.due(now);
      if (due.isPresent()) {
        return due.get();
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, schedule.pause(now)));
    }
  }

  private void announce(AnnounceEvent event) throws InterruptedException {
    for (var url : order()) {
      try {
        switch (client(url).announce(url, request(url, ask(url, event)))) {
          case AnnounceAnswer.Accepted accepted -> {
            accepted(url, event, accepted);
            return;
          }
          case AnnounceAnswer.Refused(var reason, var retry) -> refused(url, reason, retry);
        }
      } catch (IOException e) {
        say(url, e.getMessage() == null ? e.toString() : e.getMessage(), false);
      } catch (RuntimeException e) {
        // Ours; the torrent's other trackers must not fall silent for it.
        LOG.error("tracker {}", url, e);
        say(url, e.toString(), false);
      }
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
    failed();
  }

  /** Those that may be asked now. */
  private synchronized List<String> order() {
    long now = System.nanoTime();
    resting.values().removeIf(until -> until - now <= 0);
    return tiers.order().stream()
        .filter(url -> !given.contains(url) && !resting.containsKey(url))
        .toList();
  }

  /** What to tell a tracker that is asked now. */
  private synchronized AnnounceEvent ask(String url, AnnounceEvent event) {
    statuses.putIfAbsent(
        url, new TrackerStatus(url, "no answer yet", Optional.empty(), Optional.empty(), false));
    // BEP 3: the first request to it says started, also where it takes another one's place.
    return event == AnnounceEvent.NONE && !knowUs.contains(url) ? AnnounceEvent.STARTED : event;
  }

  private AnnounceRequest request(String url, AnnounceEvent event) {
    var request = port.request(event);
    synchronized (this) {
      return request.trackerId(Optional.ofNullable(trackerIds.get(url)));
    }
  }

  private TrackerClient client(String url) throws IOException {
    int colon = url.indexOf(':');
    var client = clients.get(colon < 0 ? "" : url.substring(0, colon));
    if (client == null) {
      throw new IOException("a tracker of a kind that is not supported");
    }
    return client;
  }

  private void accepted(String url, AnnounceEvent event, AnnounceAnswer.Accepted answer) {
    synchronized (this) {
      tiers.answered(url);
      knowUs.add(url);
      schedule.accepted(event, answer, shortest(url), System.nanoTime());
      answer.trackerId().ifPresent(id -> trackerIds.put(url, id));
      var text =
          answer.warning().map(w -> "warning: " + w).orElse(answer.peers().size() + " peers");
      statuses.put(url, new TrackerStatus(url, text, answer.complete(), answer.incomplete(), true));
    }
    port.peers(answer.peers());
  }

  /** A tracker on this machine is asked as often as it likes: that is somebody's experiment. */
  private Duration shortest(String url) {
    try {
      return Nearness.of(URI.create(url)) == Nearness.THIS_MACHINE
          ? Duration.ZERO
          : limits.shortest();
    } catch (IllegalArgumentException _) {
      return limits.shortest();
    }
  }

  private synchronized void refused(String url, String reason, AnnounceAnswer.Retry retry) {
    say(url, reason, false);
    switch (retry) {
      case AnnounceAnswer.Retry.Never() -> given.add(url);
      case AnnounceAnswer.Retry.After(var pause) ->
          resting.put(url, System.nanoTime() + pause.toNanos());
      case AnnounceAnswer.Retry.AsUsual() -> {}
    }
  }

  private synchronized void failed() {
    long now = System.nanoTime();
    var left = tiers.order().stream().filter(url -> !given.contains(url)).toList();
    if (!left.isEmpty() && resting.keySet().containsAll(left)) {
      // Only where nobody else may answer: one that failed once is asked again soon.
      long rest =
          left.stream().mapToLong(url -> resting.getOrDefault(url, now) - now).min().orElse(0);
      schedule.refused(Duration.ofNanos(rest), now);
    }
    schedule.failed(now);
  }

  private synchronized void say(String url, String text, boolean working) {
    statuses.put(url, new TrackerStatus(url, text, Optional.empty(), Optional.empty(), working));
  }

  /** Tells every tracker that took note of us that we leave, waiting a moment at most, and ends. */
  @Override
  public void close() {
    List<String> told;
    synchronized (this) {
      stopping = true;
      notifyAll();
      told = List.copyOf(knowUs);
    }
    thread.interrupt();
    var goodbyes =
        told.stream()
            .map(url -> Thread.ofVirtual().name("announcer-goodbye").start(() -> sayGoodbye(url)))
            .toList();
    long end = System.nanoTime() + limits.goodbye().toNanos();
    try {
      for (var goodbye : goodbyes) {
        if (!goodbye.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())))) {
          goodbye.interrupt();
        }
      }
    } catch (InterruptedException _) {
      goodbyes.forEach(Thread::interrupt);
      Thread.currentThread().interrupt();
    }
  }

  private void sayGoodbye(String url) {
    try {
      var _ = client(url).announce(url, request(url, AnnounceEvent.STOPPED));
    } catch (IOException _) {
      // it will notice by our silence
    }
  }
}
