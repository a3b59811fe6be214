package io.l7.http.server.h2;

import io.l7.common.metrics.Metrics;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Flood;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a server counts of HTTP/2, beside what it counts of every request. */
final class Http2Counters {
  private final Metrics.Tally connections;
  private final Metrics.Tally streams;
  private final AtomicLong open = new AtomicLong();
  private final Map<ErrorCode, Metrics.Tally> errors = new EnumMap<>(ErrorCode.class);
  private final Map<Flood, Metrics.Tally> floods = new EnumMap<>(Flood.class);

  Http2Counters(Metrics metrics) {
    connections = metrics.counter("l7_http2_connections_total", "Connections that spoke HTTP/2");
    streams = metrics.counter("l7_http2_streams_total", "Requests over HTTP/2");
    metrics.gauge("l7_http2_streams_open", "Requests over HTTP/2 in hand", open::get);
    for (ErrorCode code : ErrorCode.values()) {
      errors.put(
          code,
          metrics.counter(
              "l7_http2_errors_total",
              "Violations of RFC 9113 that cost a stream or a connection",
              "code",
              code.label()));
    }
    for (Flood flood : Flood.values()) {
      floods.put(
          flood,
          metrics.counter(
              "l7_http2_floods_total",
              "Connections and streams that were ended for too much of something",
              "kind",
              flood.label()));
    }
  }

  void connected() {
    connections.add();
  }

  void opened() {
    streams.add();
    open.incrementAndGet();
  }

  void closed() {
    open.decrementAndGet();
  }

  void failed(ErrorCode code) {
    add(errors.get(code));
  }

  void flooded(Flood flood) {
    add(floods.get(flood));
  }

  private static void add(Metrics.@Nullable Tally tally) {
    if (tally != null) {
      tally.add();
    }
  }
}
