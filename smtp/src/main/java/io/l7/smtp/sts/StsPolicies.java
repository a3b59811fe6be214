package io.l7.smtp.sts;

import io.l7.common.disk.Disk;
import io.l7.common.time.Scheduler;
import io.l7.smtp.sts.PolicyStore.Fetched;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of the domains that we send to (RFC 8461 §5.1): fetched when a domain announces one
 * that we do not have, relied on for as long as it says whatever DNS and HTTPS say meanwhile,
 * fetched again in time, on the disk from run to run. Thread-safe.
 */
public final class StsPolicies implements PolicySource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StsPolicies.class);

  /** Domains that are known at once; those that have sent nothing for longest give way. */
  static final int MOST = 10_000;

  /** How often it is looked which policies are to be fetched again. */
  private static final Duration ROUND = Duration.ofHours(1);

  /** Age at which a policy is fetched again, or half its life; RFC 8461 §3.3 asks for each day. */
  private static final Duration OLD = Duration.ofDays(1);

  /** Policies looked after at once: a host that is silent, a minute long, holds up none of them. */
  static final int AT_ONCE = 16;

  /** How long a domain whose policy could not be had is left alone (RFC 8461 §3.3). */
  private static final Duration PAUSE = Duration.ofMinutes(5);

  private final PolicyIds ids;
  private final PolicyFetcher fetcher;
  private final PolicyStore store;
  private final Scheduler scheduler;
  private final Map<String, Held> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Held> eldest) {
          if (size() <= MOST) {
            return false;
          }
          store.forget(eldest.getKey());
          return true;
        }
      };
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  /** What is known of one domain; its monitor is held while its policy is fetched. */
  private static final class Held {
    @Nullable Fetched known;
    String refusedId = "";
    long refusedAt;
    Optional<StsLookup.Fault> fault = Optional.empty();
  }

  /**
   * Policies kept in a folder, which is made if it is not there.
   *
   * @throws IOException it cannot be read
   */
  public StsPolicies(
      PolicyIds ids, PolicyFetcher fetcher, Disk disk, Path folder, Scheduler scheduler)
      throws IOException {
    this.ids = ids;
    this.fetcher = fetcher;
    this.scheduler = scheduler;
    this.store = new PolicyStore(disk, folder);
    var now = scheduler.clock().instant();
    try {
      store
          .load()
          .forEach(
              (domain, policy) -> {
                var entry = new Held();
                // a clock that was set back makes no policy live longer than it says
                entry.known =
                    policy.fetched().isAfter(now)
                        ? new Fetched(policy.id(), now, policy.text(), policy.policy())
                        : policy;
                entries.put(domain, entry);
              });
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
    arm();
  }

  /** The policy alone; see {@link #lookup}. */
  public Optional<StsPolicy> policy(String domain) {
    return lookup(domain).policy();
  }

  @Override
  public StsLookup lookup(String domain) {
    var id = ids.id(domain);
    var entry = entry(domain, id.isPresent());
    return entry.map(e -> current(domain, id, e)).orElse(StsLookup.NONE);
  }

  private Optional<Held> entry(String domain, boolean announced) {
    synchronized (entries) {
      return announced
          ? Optional.of(entries.computeIfAbsent(domain, d -> new Held()))
          : Optional.ofNullable(entries.get(domain));
    }
  }

  private StsLookup current(String domain, Optional<String> id, Held entry) {
    synchronized (entry) {
      expire(domain, entry);
      if (id.isPresent()
          && !id.get().equals(entry.known == null ? "" : entry.known.id())
          && mayAsk(id.get(), entry)) {
        fetch(domain, id.get(), entry);
      }
      return entry.known == null
          ? new StsLookup(Optional.empty(), id.isPresent() ? entry.fault : Optional.empty())
          : new StsLookup(Optional.of(entry.known.policy()), Optional.empty());
    }
  }

  private void expire(String domain, Held entry) {
    if (entry.known != null && !scheduler.clock().instant().isBefore(entry.known.expires())) {
      entry.known = null;
      store.forget(domain);
    }
  }

  private boolean mayAsk(String id, Held entry) {
    return !entry.refusedId.equals(id) || scheduler.nanos() - entry.refusedAt >= PAUSE.toNanos();
  }

  private void fetch(String domain, String id, Held entry) {
    try {
      var text = fetcher.fetch(domain);
      var policy = StsPolicy.parse(text).orElseThrow(NoPolicyException::new);
      entry.known = new Fetched(id, scheduler.clock().instant(), text, policy);
      entry.refusedId = "";
      entry.fault = Optional.empty();
      store.keep(domain, entry.known);
    } catch (IOException | RuntimeException e) {
      // RFC 8461 §3.3: as if there were none, but for one that we have
      LOG.warn("the MTA-STS policy of {} cannot be had: {}", domain, e.toString());
      entry.refusedId = id;
      entry.fault = Optional.of(StsLookup.Fault.of(e));
      entry.refusedAt = scheduler.nanos();
    }
  }

  /**
   * Fetches again what is getting old: who sends a domain little mail would otherwise be without
   * its policy just when somebody holds up DNS (RFC 8461 §10.2).
   */
  private void round() {
    Queue<Map.Entry<String, Held>> all;
    synchronized (entries) {
      all =
          entries.entrySet().stream()
              .map(e -> Map.entry(e.getKey(), e.getValue()))
              .collect(Collectors.toCollection(ConcurrentLinkedQueue::new));
    }
    try (var several = Executors.newVirtualThreadPerTaskExecutor()) {
      var hands = Math.min(AT_ONCE, all.size());
      for (var i = 0; i < hands; i++) {
        var _ = several.submit(() -> refresh(all));
      }
    }
    arm();
  }

  private void refresh(Queue<Map.Entry<String, Held>> waiting) {
    for (var one = waiting.poll(); one != null && !isClosed(); one = waiting.poll()) {
      try {
        refresh(one.getKey(), one.getValue());
      } catch (RuntimeException e) {
        LOG.error("the MTA-STS policy of {} could not be looked after", one.getKey(), e);
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void refresh(String domain, Held entry) {
    synchronized (entry) {
      expire(domain, entry);
      if (entry.known == null) {
        synchronized (entries) {
          entries.remove(domain, entry);
        }
        return;
      }
      if (!isOld(entry.known)) {
        return;
      }
    }
    var id = ids.id(domain);
    synchronized (entry) {
      if (id.isPresent() && entry.known != null && isOld(entry.known)) {
        fetch(domain, id.get(), entry);
      }
    }
  }

  private boolean isOld(Fetched known) {
    var half = known.policy().maxAge().dividedBy(2);
    var age = Duration.between(known.fetched(), scheduler.clock().instant());
    return age.compareTo(half.compareTo(OLD) < 0 ? half : OLD) >= 0;
  }

  private synchronized void arm() {
    if (!closed) {
      timer = scheduler.after(ROUND, this::round);
    }
  }

  /** Ends once what is to be written is. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
    }
    store.close();
  }
}
