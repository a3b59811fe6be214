package io.l7.smtp.tlsrpt;

import io.l7.common.json.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What happened in one day of UTC, by domain and policy. Guarded by whoever has it. */
final class DayTally {
  private final LocalDate day;
  private final Map<String, Entry> domains = new LinkedHashMap<>();

  /** One domain: what is counted, and where its report has gone by now. */
  private record Entry(Map<AppliedPolicy, PolicyTally> policies, Set<String> sent) {
    Entry() {
      this(new LinkedHashMap<>(), new LinkedHashSet<>());
    }
  }

  DayTally(LocalDate day) {
    this.day = day;
  }

  /** The day of a moment. */
  static LocalDate day(Instant moment) {
    return moment.atZone(ZoneOffset.UTC).toLocalDate();
  }

  LocalDate day() {
    return day;
  }

  /** When the day is over. */
  Instant end() {
    return day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  boolean isEmpty() {
    return domains.isEmpty();
  }

  List<String> domains() {
    return List.copyOf(domains.keySet());
  }

  /** Counts a session; false where the limits leave no place for it. */
  boolean count(
      String domain, AppliedPolicy policy, Optional<SessionFailure> failure, TlsRptLimits limits) {
    if (!domains.containsKey(domain) && domains.size() >= limits.domains()) {
      return false;
    }
    var policies = domains.computeIfAbsent(domain, d -> new Entry()).policies();
    if (!policies.containsKey(policy) && policies.size() >= limits.policies()) {
      return false;
    }
    var tally = policies.computeIfAbsent(policy, PolicyTally::new);
    failure.ifPresentOrElse(f -> tally.failure(f, limits.failures()), tally::success);
    return true;
  }

  /** The element "policies" of the domain's report. */
  Json policies(String domain) {
    var entry = domains.getOrDefault(domain, new Entry());
    return Json.array(entry.policies().values().stream().map(PolicyTally::json).toList());
  }

  /** Where the domain's report has gone. */
  List<String> sent(String domain) {
    return List.copyOf(domains.getOrDefault(domain, new Entry()).sent());
  }

  boolean isSent(String domain, ReportUri to) {
    return domains.containsKey(domain) && domains.get(domain).sent().contains(to.toString());
  }

  /** The report has gone there. */
  void sent(String domain, ReportUri to) {
    if (domains.containsKey(domain)) {
      domains.get(domain).sent().add(to.toString());
    }
  }

  /** Nothing is left to be told of the domain. */
  void done(String domain) {
    domains.remove(domain);
  }

  /** To be kept. */
  Json json() {
    var all = new ArrayList<Json>();
    domains.forEach(
        (domain, entry) ->
            all.add(
                Json.object()
                    .put("domain", domain)
                    .put("sent", entry.sent())
                    .put("policies", policies(domain))
                    .build()));
    return Json.object().put("day", day).put("domains", all).build();
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws RuntimeException it did not
   */
  static DayTally of(Json json) {
    var out = new DayTally(LocalDate.parse(json.at("day").text()));
    for (var one : json.at("domains").elements()) {
      var entry = new Entry();
      one.at("sent").elements().forEach(uri -> entry.sent().add(uri.text()));
      for (var policy : one.at("policies").elements()) {
        var tally = PolicyTally.of(policy);
        entry.policies().put(tally.policy(), tally);
      }
      out.domains.put(one.at("domain").text(), entry);
    }
    return out;
  }
}
