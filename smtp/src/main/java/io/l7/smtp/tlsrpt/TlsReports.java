package io.l7.smtp.tlsrpt;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.time.Scheduler;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts sessions by domain and day of UTC, and sends who asks for it a report behind the day's end
 * (RFC 8460). Counts are on the disk from run to run, but for those of the last minutes before a
 * crash, {@link TlsRptLimits#write}: the standard asks for no more, and a sync for every session
 * would cost the mail. A report that was sent just before a crash goes out again, under the same
 * id. Thread-safe.
 */
public final class TlsReports implements TlsSessions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TlsReports.class);

  private final Reporter reporter;
  private final Ports ports;
  private final TlsRptLimits limits;
  private final DayFiles files;
  private final Metrics.Tally successful;
  private final Metrics.Tally failed;
  private final Metrics.Tally uncounted;
  private final Metrics.Tally sent;
  private final Metrics.Tally unwanted;
  private final Metrics.Tally deferred;
  private final Metrics.Tally givenUp;
  private final Map<DayTally, Map<String, Instant>> over = new HashMap<>();

  /** Days of which something was sent or settled that is not yet to be written. */
  private final Set<DayTally> touched = new HashSet<>();

  private DayTally today;
  private boolean changed;
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  /**
   * Who reports.
   *
   * @param organization our host name
   * @param contact whom to ask, and who sends reports
   */
  public record Reporter(String organization, Mailbox contact) {}

  /** All that reports need of the world; {@code random} is one that many threads may use. */
  public record Ports(
      ReportAddresses addresses,
      ReportCourier courier,
      Disk disk,
      Path folder,
      Scheduler scheduler,
      RandomGenerator random,
      Metrics metrics) {}

  /**
   * Counts kept in a folder, which is made if it is not there.
   *
   * @throws IOException it cannot be read
   */
  public TlsReports(Reporter reporter, Ports ports, TlsRptLimits limits) throws IOException {
    this.reporter = reporter;
    this.ports = ports;
    this.limits = limits;
    successful = sessions("successful");
    failed = sessions("failed");
    uncounted = sessions("uncounted");
    sent = reports("sent");
    unwanted = reports("unwanted");
    deferred = reports("deferred");
    givenUp = reports("given_up");
    files = new DayFiles(ports.disk(), ports.folder());
    today = new DayTally(DayTally.day(now()));
    try {
      for (var day : files.load()) {
        if (day.day().isBefore(today.day())) {
          isOver(day);
        } else {
          today = day; // perhaps one to come: a clock that was set back counts on there
        }
      }
    } catch (IOException | RuntimeException e) {
      files.close();
      throw e;
    }
    arm();
  }

  private Metrics.Tally sessions(String result) {
    return ports
        .metrics()
        .counter(
            "l7_smtp_tls_sessions_total",
            "Sessions with other servers that TLS reports are about, by how TLS went",
            "result",
            result);
  }

  private Metrics.Tally reports(String result) {
    return ports
        .metrics()
        .counter("l7_smtp_tls_reports_total", "TLS reports by what came of them", "result", result);
  }

  private Instant now() {
    return ports.scheduler().clock().instant();
  }

  @Override
  public void succeeded(String domain, AppliedPolicy policy) {
    successful.add();
    count(domain, policy, Optional.empty());
  }

  @Override
  public void failed(String domain, AppliedPolicy policy, SessionFailure failure) {
    failed.add();
    count(domain, policy, Optional.of(failure));
  }

  private synchronized void count(
      String domain, AppliedPolicy policy, Optional<SessionFailure> failure) {
    if (closed) {
      return;
    }
    turnDay();
    if (today.count(domain, bounded(policy), failure.map(this::bounded), limits)) {
      changed = true;
    } else {
      uncounted.add();
    }
  }

  private AppliedPolicy bounded(AppliedPolicy policy) {
    return new AppliedPolicy(
        policy.type(), policy.domain(), bounded(policy.text()), bounded(policy.hosts()));
  }

  private List<String> bounded(List<String> lines) {
    var out = new ArrayList<String>();
    var room = limits.policyText();
    for (var line : lines) {
      room -= line.length();
      if (room < 0) {
        break;
      }
      out.add(line);
    }
    return out;
  }

  private SessionFailure bounded(SessionFailure failure) {
    var reason = failure.reason();
    return new SessionFailure(
        failure.type(),
        failure.host(),
        failure.sender(),
        failure.receiver(),
        reason.length() <= limits.reason() ? reason : reason.substring(0, limits.reason()));
  }

  private synchronized void turnDay() {
    var day = DayTally.day(now());
    if (day.isAfter(today.day())) {
      if (!today.isEmpty()) {
        isOver(today);
        files.keep(today);
      }
      today = new DayTally(day);
      changed = false;
    }
  }

  /** RFC 8460 §4.1: not all at once, at midnight. */
  private void isOver(DayTally day) {
    var due = new HashMap<String, Instant>();
    for (var domain : day.domains()) {
      due.put(domain, day.end().plusMillis(ports.random().nextLong(limits.jitter().toMillis())));
    }
    over.put(day, due);
  }

  private record Due(DayTally day, String domain) {}

  private void round() {
    try {
      look();
    } catch (RuntimeException e) { // ours, and the next look comes all the same
      LOG.error("TLS reports were not looked after", e);
    } finally {
      arm();
    }
  }

  private void look() {
    var due = new ConcurrentLinkedQueue<Due>();
    synchronized (this) {
      if (closed) {
        return;
      }
      turnDay();
      if (changed) {
        changed = false;
        files.keep(today);
      }
      over.forEach(
          (day, domains) ->
              domains.forEach(
                  (domain, when) -> {
                    if (!when.isAfter(now())) {
                      due.add(new Due(day, domain));
                    }
                  }));
    }
    try (var several = Executors.newVirtualThreadPerTaskExecutor()) {
      var hands = Math.min(limits.atOnce(), due.size());
      for (var i = 0; i < hands; i++) {
        var _ = several.submit(() -> report(due));
      }
    }
    keepTouched();
  }

  private synchronized void keepTouched() {
    touched.forEach(files::keep);
    touched.clear();
  }

  private void report(Queue<Due> waiting) {
    for (var one = waiting.poll(); one != null && !isClosed(); one = waiting.poll()) {
      try {
        settle(one, report(one));
      } catch (RuntimeException e) {
        LOG.error("the TLS report of {} to {} failed", one.day().day(), one.domain(), e);
        settle(one, Result.LATER);
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private enum Result {
    OVER,
    LATER
  }

  private Result report(Due due) {
    List<ReportUri> uris;
    try {
      uris = TlsRptRecord.uris(ports.addresses().texts(due.domain()), limits.uris());
    } catch (IOException e) {
      LOG.info("whether {} wants TLS reports: {}", due.domain(), e.toString());
      return Result.LATER;
    }
    if (uris.isEmpty()) {
      unwanted.add();
      return Result.OVER;
    }
    TlsReport report;
    List<ReportUri> open;
    synchronized (this) {
      var policies = due.day().policies(due.domain());
      report =
          new TlsReport(
              reporter.organization(), reporter.contact(), due.day().day(), due.domain(), policies);
      open = uris.stream().filter(uri -> !due.day().isSent(due.domain(), uri)).toList();
    }
    var result = Result.OVER;
    for (var uri : open) {
      try {
        switch (uri) {
          case ReportUri.Mail mail -> ports.courier().mail(mail, report);
          case ReportUri.Https https -> ports.courier().post(https, report);
        }
        sent.add();
        synchronized (this) {
          due.day().sent(due.domain(), uri);
          touched.add(due.day());
        }
      } catch (IOException e) {
        LOG.info("the TLS report of {} to {}: {}", report.id(), uri, e.toString());
        deferred.add();
        result = Result.LATER;
      }
    }
    return result;
  }

  private synchronized void settle(Due due, Result result) {
    var times = over.get(due.day());
    if (times == null || closed) {
      return;
    }
    var last = due.day().end().plus(limits.jitter()).plus(limits.tries());
    var next = now().plus(limits.again());
    if (result == Result.LATER && next.isBefore(last)) {
      times.put(due.domain(), next);
    } else {
      if (result == Result.LATER) {
        LOG.warn("no TLS report of {} to {}: given up", due.day().day(), due.domain());
        givenUp.add();
      }
      times.remove(due.domain());
      due.day().done(due.domain());
      touched.add(due.day());
    }
    if (times.isEmpty()) {
      over.remove(due.day());
    }
  }

  private synchronized void arm() {
    if (!closed) {
      timer = ports.scheduler().after(limits.write(), this::round);
    }
  }

  /** Ends once what is counted is written. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (timer != null) {
        timer.cancel();
      }
      if (changed) {
        files.keep(today);
      }
      keepTouched(); // what was sent in a round that is not over goes out once
    }
    files.close();
  }
}
