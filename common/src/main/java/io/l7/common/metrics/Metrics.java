package io.l7.common.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/**
 * The metrics of one server. Names follow Prometheus: {@code l7_smtp_accepted_total}, base units,
 * seconds and bytes. Asking twice for a metric gives the same one. Safe for all threads.
 */
public final class Metrics {
  private static final double[] LATENCY_SECONDS = {
    .0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 10
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ConcurrentHashMap<String, Counter> counters = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Tally> tallies = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Histogram> histograms = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, GaugeWithCallback> gauges = new ConcurrentHashMap<>();

  /** Something that only goes up. Cheap enough for every request (striped). */
  public interface Tally {
    /** Adds one. */
    default void add() {
      add(1);
    }

    /** Adds {@code count}, which is not negative. */
    void add(long count);

    /** What was added so far. */
    long value();
  }

  /** A counter without labels; its name ends in {@code _total}. */
  public Tally counter(String name, String help) {
    return tallies.computeIfAbsent(
        name, n -> tally(counters.computeIfAbsent(n, c -> register(c, help)).labelValues()));
  }

  /** The counter for one value of its one label. Values must come from a small closed set. */
  public Tally counter(String name, String help, String label, String value) {
    return tallies.computeIfAbsent(
        name + '\n' + value,
        n ->
            tally(
                counters.computeIfAbsent(name, c -> register(c, help, label)).labelValues(value)));
  }

  /**
   * The counter for one value of each of its labels, the same labels at each call. Values must come
   * from small closed sets.
   */
  public Tally counter(String name, String help, SortedMap<String, String> labels) {
    String[] names = labels.keySet().toArray(String[]::new);
    return tallies.computeIfAbsent(
        name + '\n' + String.join("\n", labels.values()),
        n ->
            tally(
                counters
                    .computeIfAbsent(name, c -> register(c, help, names))
                    .labelValues(labels.values().toArray(String[]::new))));
  }

  private Counter register(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars() // of traces, which nothing here has; each count would make an object
        .register(registry);
  }

  private static Tally tally(io.prometheus.metrics.core.datapoints.CounterDataPoint point) {
    return new Tally() {
      @Override
      public void add(long count) {
        point.inc(count);
      }

      @Override
      public long value() {
        return point.getLongValue();
      }
    };
  }

  /** A value that is read when it is asked for. The first registration of a name stays. */
  public void gauge(String name, String help, LongSupplier value) {
    gauges.computeIfAbsent(
        name,
        n ->
            GaugeWithCallback.builder()
                .name(n)
                .help(help)
                .callback(callback -> callback.call((double) value.getAsLong()))
                .register(registry));
  }

  /** A histogram of seconds, with bounds from 0.1 ms to 10 s. */
  public DoubleConsumer seconds(String name, String help) {
    return histograms.computeIfAbsent(
            name,
            n ->
                Histogram.builder()
                    .name(n)
                    .help(help)
                    .withoutExemplars()
                    .classicOnly()
                    .classicUpperBounds(LATENCY_SECONDS)
                    .register(registry))
        ::observe;
  }

  /** Everything in Prometheus' text format, version 0.0.4. */
  public String scrape() {
    var out = new ByteArrayOutputStream(4096);
    try {
      PrometheusTextFormatWriter.builder().build().write(out, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
