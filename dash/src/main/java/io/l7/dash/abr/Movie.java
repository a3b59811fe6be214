package io.l7.dash.abr;

import java.util.ArrayList;
import java.util.List;

/**
 * What a rule may know of a film before it plays: segment duration, nominal rates and the size of
 * every segment at every rate. Times in milliseconds, sizes in bits, rates in kbit/s (so that bits
 * = rate x time). Immutable.
 */
public final class Movie {
  private final double segmentMs;
  private final double[] rates;
  private final double[] utilities;
  private final double[][] sizes;

  /**
   * @param segmentMs duration of a segment, above 0
   * @param ratesKbps nominal rates, ascending, at least one
   * @param sizesBits one array a segment, one size a rate
   * @throws IllegalArgumentException if a figure is missing, not positive or out of order
   */
  public Movie(double segmentMs, double[] ratesKbps, double[][] sizesBits) {
    if (!(segmentMs > 0) || ratesKbps.length == 0 || sizesBits.length == 0) {
      throw new IllegalArgumentException("a movie needs a segment duration, a rate and a segment");
    }
    this.segmentMs = segmentMs;
    rates = ratesKbps.clone();
    utilities = new double[rates.length];
    for (int q = 0; q < rates.length; q++) {
      if (!(rates[q] > 0) || (q > 0 && rates[q] < rates[q - 1])) {
        throw new IllegalArgumentException("rates must be positive and ascending");
      }
      utilities[q] = Math.log(rates[q] / rates[0]);
    }
    sizes = new double[sizesBits.length][];
    for (int k = 0; k < sizes.length; k++) {
      sizes[k] = sizesBits[k].clone();
      if (sizes[k].length != rates.length) {
        throw new IllegalArgumentException("segment " + k + " needs one size for each rate");
      }
      for (double size : sizes[k]) {
        if (!(size >= 0)) {
          throw new IllegalArgumentException("segment " + k + " has a size below zero");
        }
      }
    }
  }

  /** A film of which only nominal rates are known: every segment is rate x duration. */
  public static Movie nominal(double segmentMs, List<Double> ratesKbps, int segments) {
    double[] rates = ratesKbps.stream().mapToDouble(Double::doubleValue).toArray();
    double[] sizes = new double[rates.length];
    for (int q = 0; q < rates.length; q++) {
      sizes[q] = rates[q] * segmentMs;
    }
    List<double[]> rows = new ArrayList<>(segments);
    for (int k = 0; k < segments; k++) {
      rows.add(sizes);
    }
    return new Movie(segmentMs, rates, rows.toArray(double[][]::new));
  }

  public double segmentMs() {
    return segmentMs;
  }

  /** Number of rates; qualities count from 0, the lowest. */
  public int qualities() {
    return rates.length;
  }

  public int segments() {
    return sizes.length;
  }

  public double rateKbps(int quality) {
    return rates[quality];
  }

  /** ln(rate / lowest rate): what one segment at this quality is worth. */
  public double utility(int quality) {
    return utilities[quality];
  }

  public double sizeBits(int segment, int quality) {
    return sizes[segment][quality];
  }

  /** The highest quality whose nominal rate, one latency included, is carried by {@code kbps}. */
  int sustained(double kbps, double latencyMs) {
    int quality = 0;
    while (quality + 1 < rates.length
        && latencyMs + segmentMs * rates[quality + 1] / kbps <= segmentMs) {
      quality++;
    }
    return quality;
  }
}
