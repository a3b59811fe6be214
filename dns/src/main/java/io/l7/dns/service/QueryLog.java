package io.l7.dns.service;

import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One line for each answer, written by a thread of its own: a slow disk costs lines, which are
 * counted, and no answers. Safe for all threads.
 */
public final class QueryLog implements AutoCloseable {
  private final Form form;
  private final InstantSource clock;
  private final Optional<LineLog<Entry>> lines;

  /** How a line looks. */
  public enum Form {
    /**
     * {@code TIME CLIENT TRANSPORT NAME CLASS TYPE RCODE OCTETS MILLISECONDS} and extended errors.
     */
    TEXT,
    /** One JSON object with the same members. */
    JSON
  }

  private record Entry(
      Instant time,
      ServiceCounters.Channel channel,
      InetSocketAddress client,
      byte[] answer,
      long nanos) {}

  private QueryLog(Optional<Writer> out, Form form, InstantSource clock, Metrics metrics) {
    this.form = form;
    this.clock = clock;
    Metrics.Tally lost =
        metrics.counter("l7_dns_query_log_lost_total", "Lines of the query log that had no room");
    this.lines = out.map(writer -> new LineLog<>("query log", writer, this::line, lost));
  }

  /** Writes nothing. */
  public static QueryLog none() {
    return new QueryLog(Optional.empty(), Form.TEXT, InstantSource.system(), new Metrics());
  }

  /** Writes lines to {@code out}, which is closed with the log. */
  public static QueryLog to(Writer out, Form form, InstantSource clock, Metrics metrics) {
    return new QueryLog(Optional.of(out), form, clock, metrics);
  }

  /**
   * Goes on writing to {@code fresh}, as after a log file was renamed; what was written to before
   * is closed, and so is one that was given and not yet begun.
   */
  public void switchTo(Writer fresh) {
    lines.ifPresent(log -> log.switchTo(fresh));
  }

  /** Whether lines are written. */
  public boolean isOn() {
    return lines.isPresent();
  }

  /** Takes an answer that is about to be sent; {@code wire} is copied. */
  public void record(
      ServiceCounters.Channel channel,
      InetSocketAddress client,
      byte[] wire,
      int octets,
      long nanos) {
    lines.ifPresent(
        log ->
            log.record(
                new Entry(clock.instant(), channel, client, Arrays.copyOf(wire, octets), nanos)));
  }

  private String line(Entry entry) {
    Message answer;
    try {
      answer = MessageReader.read(entry.answer);
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("an answer composed here", e);
    }
    String name = answer.question().map(q -> q.name().toString()).orElse("-");
    String rrclass = answer.question().map(q -> q.rrclass().toString()).orElse("-");
    String type = answer.question().map(q -> q.type().toString()).orElse("-");
    String client = Endpoint.of(entry.client).toString();
    String transport = entry.channel.name().toLowerCase(Locale.ROOT);
    double millis = entry.nanos / 1e6;
    var errors =
        answer.edns().map(edns -> edns.errors()).orElseGet(java.util.List::of).stream()
            .map(Object::toString)
            .toList();
    if (form == Form.JSON) {
      return Json.object()
              .put("time", entry.time.toString())
              .put("client", client)
              .put("transport", transport)
              .put("name", name)
              .put("class", rrclass)
              .put("type", type)
              .put("rcode", answer.rcode().toString())
              .put("flags", answer.flags().toString())
              .put("answers", answer.answer().size())
              .put("octets", entry.answer.length)
              .put("ms", Math.round(millis * 1000) / 1000.0)
              .put("errors", errors)
              .build()
          + "\n";
    }
    return String.format(
        Locale.ROOT,
        "%s %s %s %s %s %s %s %d %.3f%s%n",
        entry.time,
        client,
        transport,
        name,
        rrclass,
        type,
        answer.rcode(),
        entry.answer.length,
        millis,
        errors.isEmpty() ? "" : " " + String.join(", ", errors));
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    lines.ifPresent(LineLog::close);
  }
}
