package io.l7.dns.service;

import io.l7.common.metrics.Metrics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleConsumer;

/** What a server counts; the names and labels are documented in {@code docs/dns.md}. */
public final class ServiceCounters {
  private static final List<String> RCODES =
      List.of("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED");
  private static final String OTHER = "OTHER";

  private final Metrics.Tally[] answers = new Metrics.Tally[16];
  private final Map<Source, Metrics.Tally> sources = new EnumMap<>(Source.class);
  private final Map<Channel, Metrics.Tally> queries = new EnumMap<>(Channel.class);
  private final Metrics.Tally packetHits;
  private final Metrics.Tally rateLimited;
  private final Metrics.Tally clientLimited;
  private final Metrics.Tally shed;
  private final Metrics.Tally goodCookies;
  private final DoubleConsumer seconds;

  /** How a query came. */
  public enum Channel {
    UDP,
    TCP,
    DOT,
    DOH
  }

  /** Where an answer of the resolver came from. */
  public enum Source {
    /** The cache of whole answers. */
    PACKET,
    /** The cache of records: nothing was asked upstream. */
    RECORDS,
    /** Name servers. */
    UPSTREAM
  }

  public ServiceCounters(Metrics metrics) {
    for (int i = 0; i < answers.length; i++) {
      answers[i] =
          metrics.counter(
              "l7_dns_answers_total",
              "Answers sent, by response code",
              "rcode",
              i < RCODES.size() ? RCODES.get(i) : OTHER);
    }
    for (var source : Source.values()) {
      sources.put(
          source,
          metrics.counter(
              "l7_dns_resolved_total",
              "Answers of the resolver, by where they came from",
              "source",
              lower(source)));
    }
    for (var channel : Channel.values()) {
      queries.put(
          channel,
          metrics.counter("l7_dns_queries_total", "Queries received", "transport", lower(channel)));
    }
    packetHits = of(sources, Source.PACKET);
    rateLimited =
        metrics.counter("l7_dns_rate_limited_total", "Answers held back by rate limiting");
    clientLimited =
        metrics.counter(
            "l7_dns_client_limited_total", "Queries dropped because their client asked too many");
    shed =
        metrics.counter(
            "l7_dns_shed_total", "Queries dropped because too many were being worked on");
    goodCookies = metrics.counter("l7_dns_good_cookies_total", "Queries with a valid cookie");
    seconds =
        metrics.seconds(
            "l7_dns_answer_seconds", "From query to answer, where the packet cache had none");
  }

  private static <K> Metrics.Tally of(Map<K, Metrics.Tally> tallies, K key) {
    return Objects.requireNonNull(tallies.get(key));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  public void query(Channel channel) {
    of(queries, channel).add();
  }

  /** An answer that left, from its header. */
  public void answered(byte[] wire) {
    answers[wire[3] & 0xf].add();
  }

  void packetHit() {
    packetHits.add();
  }

  void resolved(Source source) {
    of(sources, source).add();
  }

  public void took(long nanos) {
    seconds.accept(nanos / 1e9);
  }

  void rateLimited() {
    rateLimited.add();
  }

  public void clientLimited() {
    clientLimited.add();
  }

  void shed() {
    shed.add();
  }

  void goodCookie() {
    goodCookies.add();
  }
}
