package io.l7.dns.service;

import io.l7.common.disk.Outage;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each answer, written by a thread of its own: a slow disk costs lines, which are
 * counted, and no answers. Safe for all threads.
 */
public final class QueryLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueryLog.class);

  /** Lines that wait for the disk; some tenths of a second of a busy server. */
  private static final int QUEUE = 16_384;

  private final Optional<Writer> out;
  private final Form form;
  private final InstantSource clock;
  private final Metrics.Tally lost;
  private final ArrayBlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicReference<Optional<Writer>> next = new AtomicReference<>(Optional.empty());
  private volatile boolean closing;
  private final Thread writer;
  private final Outage outage = new Outage(LOG, "the query log");

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
    this.out = out;
    this.form = form;
    this.clock = clock;
    this.lost =
        metrics.counter("l7_dns_query_log_lost_total", "Lines of the query log that had no room");
    this.writer = Thread.ofPlatform().daemon().name("dns-query-log").unstarted(this::write);
  }

  /** Writes nothing. */
  public static QueryLog none() {
    return new QueryLog(Optional.empty(), Form.TEXT, InstantSource.system(), new Metrics());
  }

  /** Writes lines to {@code out}, which is closed with the log. */
  public static QueryLog to(Writer out, Form form, InstantSource clock, Metrics metrics) {
    var log = new QueryLog(Optional.of(out), form, clock, metrics);
    log.writer.start();
    return log;
  }

  /**
   * Goes on writing to {@code fresh}, as after a log file was renamed; what was written to before
   * is closed, and so is one that was given and not yet begun.
   */
  public void switchTo(Writer fresh) {
    next.getAndSet(Optional.of(fresh)).ifPresent(this::end);
  }

  private void end(Writer old) {
    try {
      old.close();
    } catch (IOException e) {
      LOG.error("the end of the query log cannot be written", e);
    }
  }

  /** Whether lines are written. */
  public boolean isOn() {
    return out.isPresent();
  }

  /** Takes an answer that is about to be sent; {@code wire} is copied. */
  public void record(
      ServiceCounters.Channel channel,
      InetSocketAddress client,
      byte[] wire,
      int octets,
      long nanos) {
    if (out.isEmpty()) {
      return;
    }
    var entry = new Entry(clock.instant(), channel, client, Arrays.copyOf(wire, octets), nanos);
    if (!queue.offer(entry)) {
      lost.add();
    }
  }

  private void write() {
    Writer to = out.orElseThrow();
    try {
      while (!closing || !queue.isEmpty()) {
        Entry entry = queue.poll(200, TimeUnit.MILLISECONDS);
        Optional<Writer> fresh = next.getAndSet(Optional.empty());
        if (fresh.isPresent()) {
          end(to);
          to = fresh.get();
        }
        write(to, entry == null ? "" : lineOrNothing(entry));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(to);
    }
  }

  /** A disk that is full is so for a while: lines are lost then, but not those that come after. */
  private void write(Writer to, String line) {
    try {
      to.write(line);
      if (queue.isEmpty()) {
        to.flush();
        if (!line.isEmpty()) {
          outage.written();
        }
      }
    } catch (IOException e) {
      lost.add();
      outage.failed(e);
    }
  }

  /** A fault of ours costs its line, not the log. */
  private String lineOrNothing(Entry entry) {
    try {
      return line(entry);
    } catch (RuntimeException e) {
      LOG.error("an answer cannot be logged", e);
      lost.add();
      return "";
    }
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
    closing = true;
    try {
      writer.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
