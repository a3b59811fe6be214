package io.l7.smtp.tlsrpt;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sessions under one policy (RFC 8460 §4.4, an element of "policies"). One thread. */
final class PolicyTally {
  private final AppliedPolicy policy;
  private final Map<SessionFailure, Long> failures = new LinkedHashMap<>();
  private long successes;

  PolicyTally(AppliedPolicy policy) {
    this.policy = policy;
  }

  AppliedPolicy policy() {
    return policy;
  }

  void success() {
    successes++;
  }

  /** Counts by kind, so many of them; by the type alone from there on. */
  void failure(SessionFailure failure, int most) {
    var known = failures.containsKey(failure) || failures.size() < most;
    failures.merge(known ? failure : failure.summary(), 1L, Long::sum);
  }

  private long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  Json json() {
    var about =
        Json.object()
            .put("policy-type", policy.type().word())
            .put("policy-string", policy.text())
            .put("policy-domain", policy.domain());
    if (!policy.hosts().isEmpty()) {
      about.put("mx-host", policy.hosts());
    }
    var out =
        Json.object()
            .put("policy", about)
            .put(
                "summary",
                Json.object()
                    .put("total-successful-session-count", successes)
                    .put("total-failure-session-count", failed()));
    if (!failures.isEmpty()) {
      var details = new ArrayList<Json>();
      failures.forEach((failure, count) -> details.add(json(failure, count)));
      out.put("failure-details", details);
    }
    return out.build();
  }

  private static Json json(SessionFailure failure, long count) {
    var out = Json.object().put("result-type", failure.type().word());
    failure.sender().ifPresent(ip -> out.put("sending-mta-ip", ip));
    if (!failure.host().isEmpty()) {
      out.put("receiving-mx-hostname", failure.host());
    }
    failure.receiver().ifPresent(ip -> out.put("receiving-ip", ip));
    out.put("failed-session-count", count);
    if (!failure.reason().isEmpty()) {
      out.put("failure-reason-code", failure.reason());
    }
    return out.build();
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException it did not
   */
  static PolicyTally of(Json json) {
    var about = json.at("policy");
    var type =
        AppliedPolicy.Type.of(about.at("policy-type").text())
            .orElseThrow(() -> new IllegalArgumentException("no type of policy"));
    var out =
        new PolicyTally(
            new AppliedPolicy(
                type,
                about.at("policy-domain").text(),
                texts(about.at("policy-string")),
                texts(about.at("mx-host"))));
    out.successes = json.at("summary").at("total-successful-session-count").longValue();
    for (var one : json.at("failure-details").elements()) {
      var result =
          ResultType.of(one.at("result-type").text())
              .orElseThrow(() -> new IllegalArgumentException("no type of result"));
      out.failures.merge(
          new SessionFailure(
              result,
              text(one.at("receiving-mx-hostname")).orElse(""),
              text(one.at("sending-mta-ip")),
              text(one.at("receiving-ip")),
              text(one.at("failure-reason-code")).orElse("")),
          one.at("failed-session-count").longValue(),
          Long::sum);
    }
    return out;
  }

  private static List<String> texts(Json array) {
    return array.elements().stream().map(Json::text).toList();
  }

  private static Optional<String> text(Json value) {
    return value.isNull() ? Optional.empty() : Optional.of(value.text());
  }
}
