package io.l7.smtp.queue;

import io.l7.smtp.message.DeliveryReport.About;
import io.l7.smtp.message.DeliveryReport.Action;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.store.MailState;
import io.l7.smtp.store.RecipientState;
import io.l7.smtp.store.RecipientState.Status;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what an outcome means for a mail - over, again later, given up - reports it to the sender
 * and writes it into the spool. Thread-safe.
 */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);
  private static final EnhancedStatus TOO_OLD = EnhancedStatus.of("4.4.7");

  /** When to look again at a recipient whose report found no room on the disk. */
  static final Duration REPORT_RETRY = Duration.ofMinutes(5);

  private final Spool spool;
  private final Reports reports;
  private final RetrySchedule schedule;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Mails about which a warning is being written. */
  private final Set<MailId> warning = ConcurrentHashMap.newKeySet();

  Ledger(
      Spool spool,
      Reports reports,
      RetrySchedule schedule,
      InstantSource clock,
      RandomGenerator random) {
    this.spool = spool;
    this.reports = reports;
    this.schedule = schedule;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Writes down what became of some recipients of a mail, in their order; reports go into the queue
   * first, so that a crash cannot lose them.
   *
   * @return when to try those again that are not over
   */
  List<Instant> write(SpooledMail mail, List<Integer> who, List<Outcome> outcomes) {
    var now = clock.instant();
    var next = new LinkedHashMap<Integer, RecipientState>();
    var failed = new LinkedHashMap<Integer, About>();
    var delivered = new ArrayList<About>();
    var decisions = new HashMap<Integer, RetrySchedule.Decision>();
    for (var k = 0; k < who.size(); k++) {
      Integer index = who.get(k);
      var recipient = mail.envelope().recipients().get(index);
      var state = mail.state().recipients().get(index);
      var outcome = outcomes.get(k);
      LOG.debug("mail {} to <{}>: {}", mail.id(), recipient.address(), outcome);
      switch (outcome) {
        case Outcome.Delivered d -> {
          next.put(index, state.ended(Status.DELIVERED, d.reason()));
          if (d.dsn() == Outcome.DsnDuty.OURS
              && Reports.wanted(mail, recipient, DsnNotify.SUCCESS)) {
            var action = d.server().isPresent() ? Action.RELAYED : Action.DELIVERED;
            delivered.add(
                about(recipient, action, EnhancedStatus.of("2.0.0"), d, Optional.empty()));
          }
        }
        case Outcome.Failed f -> {
          next.put(index, state.ended(Status.FAILED, f.reason()));
          failure(mail, recipient, f.status(), f).ifPresent(about -> failed.put(index, about));
        }
        case Outcome.Deferred d -> {
          // Who failed together comes back together, in one transaction.
          switch (decisions.computeIfAbsent(
              state.failures(), failures -> decide(failures, mail, now))) {
            case RetrySchedule.Decision.Retry(var at) ->
                next.put(index, state.deferred(at, d.reason()));
            case RetrySchedule.Decision.GiveUp g -> {
              next.put(index, state.ended(Status.FAILED, d.reason()));
              failure(mail, recipient, TOO_OLD, d).ifPresent(about -> failed.put(index, about));
            }
          }
        }
      }
    }
    if (!reported(mail, List.copyOf(failed.values()))) {
      // Whose failure could not be told is tried again; who has the mail must not get it twice.
      failed
          .keySet()
          .forEach(
              i -> next.put(i, mail.state().recipients().get(i).dueAt(now.plus(REPORT_RETRY))));
    }
    reported(mail, delivered);
    warn(mail, next, now);
    var after =
        spool.update(
            mail.id(),
            s -> {
              var changed = s;
              for (var entry : next.entrySet()) {
                if (!s.recipients().get(entry.getKey()).isFinal()) {
                  changed = changed.with(entry.getKey(), entry.getValue());
                }
              }
              return changed;
            });
    if (after.isEmpty() || after.get().state().isFinal()) {
      return List.of();
    }
    return next.values().stream().filter(s -> !s.isFinal()).map(RecipientState::nextTry).toList();
  }

  private RetrySchedule.Decision decide(int failures, SpooledMail mail, Instant now) {
    synchronized (random) {
      return schedule.after(failures + 1, mail.id().time(), now, random);
    }
  }

  private static Optional<About> failure(
      SpooledMail mail, Recipient recipient, EnhancedStatus status, Outcome outcome) {
    if (!Reports.wanted(mail, recipient, DsnNotify.FAILURE)) {
      return Optional.empty();
    }
    // a class of 5: for this recipient it is over (RFC 3464 §2.3.4)
    var over = new EnhancedStatus(5, status.subject(), status.detail());
    return Optional.of(about(recipient, Action.FAILED, over, outcome, Optional.empty()));
  }

  /**
   * Tells the sender once that the mail is late, naming everyone who still waits, at whatever
   * destination.
   */
  private void warn(SpooledMail mail, Map<Integer, RecipientState> next, Instant now) {
    if (!schedule.warns(mail.id().time(), now) || !warning.add(mail.id())) {
      return; // or another destination of this mail is at it
    }
    try {
      var current = spool.find(mail.id()).map(SpooledMail::state);
      if (current.isEmpty() || current.get().warning() == MailState.Warning.SENT) {
        return;
      }
      var late = late(mail, current.get(), next);
      if (!late.isEmpty() && reported(mail, late)) {
        spool.update(mail.id(), MailState::warned);
      }
    } finally {
      warning.remove(mail.id());
    }
  }

  private List<About> late(SpooledMail mail, MailState current, Map<Integer, RecipientState> next) {
    var out = new ArrayList<About>();
    var end = Optional.of(mail.id().time().plus(schedule.lifetime()));
    for (var i = 0; i < current.recipients().size(); i++) {
      var recipient = mail.envelope().recipients().get(i);
      var state = next.getOrDefault(i, current.recipients().get(i));
      if (!state.isFinal()
          && state.failures() > 0
          && Reports.wanted(mail, recipient, DsnNotify.DELAY)) {
        var why =
            new Outcome.Deferred(Optional.empty(), EnhancedStatus.of("4.4.7"), state.reason());
        out.add(about(recipient, Action.DELAYED, why.status(), why, end));
      }
    }
    return out;
  }

  private static About about(
      Recipient recipient,
      Action action,
      EnhancedStatus status,
      Outcome outcome,
      Optional<Instant> until) {
    return new About(
        recipient.address(),
        recipient.parameters().originalRecipient(),
        action,
        status,
        outcome.server(),
        Optional.of(outcome.reason()).filter(r -> !r.isEmpty()),
        until);
  }

  private boolean reported(SpooledMail mail, List<About> about) {
    if (about.isEmpty()) {
      return true;
    }
    try {
      reports.send(mail, about);
      return true;
    } catch (IOException e) {
      LOG.error("the report about mail {} cannot be stored", mail.id(), e);
      return false;
    }
  }
}
