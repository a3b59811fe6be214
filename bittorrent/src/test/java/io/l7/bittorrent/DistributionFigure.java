package io.l7.bittorrent;

import io.l7.bittorrent.bound.Bound;
import io.l7.bittorrent.bound.Capacity;
import io.l7.common.limits.TokenBucket;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToDoubleFunction;

/**
 * The textbook's figure, measured: the time until N peers have a file, from a server and in a
 * swarm, beside both bounds. A program: it prints the table and writes the figure as SVG.
 */
final class DistributionFigure {
  private static final int BYTES = 8 << 20;
  private static final double UPLINK = 8e6;
  private static final int[] COUNTS = {1, 2, 4, 8, 12};
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private DistributionFigure() {}

  /** Seconds for N peers: bound and measured, of each way. */
  private record Point(int peers, double csBound, double cs, double p2pBound, double p2p) {}

  /** Writes the figure to the path given. */
  public static void main(String[] paths) throws Exception {
    List<Point> points = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      // At once: each has limits of its own, and all together are far from what a core can move.
      List<Future<Point>> all = new ArrayList<>();
      for (int n : COUNTS) {
        all.add(threads.submit(() -> point(n)));
      }
      for (var each : all) {
        points.add(each.get());
      }
    }
    System.out.println("| N | D_cs | measured over HTTP | D_p2p | measured swarm |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (var point : points) {
      System.out.printf(
          Locale.ROOT,
          "| %d | %.1f s | %.1f s | %.1f s | %.1f s |%n",
          point.peers,
          point.csBound,
          point.cs,
          point.p2pBound,
          point.p2p);
    }
    Files.writeString(Path.of(paths[0]), svg(points));
  }

  private static Point point(int n) throws Exception {
    var links = Collections.nCopies(n, new Capacity.Links(UPLINK, Double.POSITIVE_INFINITY));
    var capacity = new Capacity(BYTES * 8.0, UPLINK, links);
    var folder = Files.createTempDirectory("figure");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var cs = threads.submit(() -> clientServer(n));
      var swarm = RealSwarm.run(folder, BYTES, 64 << 10, capacity, PATIENCE);
      return new Point(
          n,
          Bound.clientServer(capacity).seconds(),
          cs.get(),
          Bound.peerToPeer(capacity).seconds(),
          swarm.lastSeconds());
    } finally {
      try (var all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  /** All clients at once from our HTTP server, whose uplink they share. */
  private static double clientServer(int n) throws Exception {
    var uplink = new TokenBucket(UPLINK / 8, UPLINK / 8 / 4);
    Body.Writer film =
        out -> {
          var part = new byte[16 * 1024];
          for (int sent = 0; sent < BYTES; sent += part.length) {
            uplink.take(part.length);
            out.write(part);
            out.flush();
          }
        };
    try (var server =
            HttpServer.builder()
                .listen(new Endpoint("127.0.0.1", 0))
                .handler(_ -> Response.stream("application/octet-stream", film))
                .start();
        var threads = Executors.newVirtualThreadPerTaskExecutor();
        var client = HttpClient.create()) {
      long start = System.nanoTime();
      List<Future<Long>> all = new ArrayList<>();
      var url = "http://127.0.0.1:" + server.address().getPort() + "/film";
      for (int i = 0; i < n; i++) {
        all.add(threads.submit(() -> read(client.send(Request.get(url)))));
      }
      for (var one : all) {
        if (one.get() != BYTES) {
          throw new IllegalStateException("a client got " + one.get() + " bytes");
        }
      }
      return (System.nanoTime() - start) / 1e9;
    }
  }

  private static long read(Response response) throws Exception {
    try (var in = response.body().open()) {
      return in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static String svg(List<Point> points) {
    double most = points.stream().mapToDouble(Point::csBound).max().orElse(1) * 1.1;
    int last = points.getLast().peers();
    var out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 400" font-family="sans-serif" font-size="13">
        <rect width="640" height="400" fill="#fff"/>
        <path d="M60 20V350H620" fill="none" stroke="#333"/>
        <text x="340" y="390" text-anchor="middle">N, peers</text>
        <text transform="translate(16 190) rotate(-90)" text-anchor="middle">seconds until the last has the file</text>
        """);
    for (var point : points) {
      out.append(text(x(point.peers, last), 368, "middle", Integer.toString(point.peers)));
    }
    for (int s = 0; s < most; s += 10) {
      out.append(text(52, y(s, most) + 4, "end", Integer.toString(s)));
    }
    line(out, points, Point::csBound, most, "#c33", "4 4");
    line(out, points, Point::cs, most, "#c33", "none");
    line(out, points, Point::p2pBound, most, "#06c", "4 4");
    line(out, points, Point::p2p, most, "#06c", "none");
    out.append(text(80, 40, "start", "red: client-server over HTTP; blue: swarm"));
    out.append(text(80, 58, "start", "dashed: the bound; solid: measured"));
    return out.append("</svg>\n").toString();
  }

  private static double x(int peers, int last) {
    return 60 + 540.0 * peers / last;
  }

  private static double y(double seconds, double most) {
    return 350 - 330 * seconds / most;
  }

  private static String text(double x, double y, String anchor, String text) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x,
        y,
        anchor,
        text);
  }

  private static void line(
      StringBuilder out,
      List<Point> points,
      ToDoubleFunction<Point> value,
      double most,
      String colour,
      String dashes) {
    out.append("<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\"");
    out.append(" stroke-dasharray=\"" + dashes + "\" points=\"");
    int last = points.getLast().peers();
    for (var point : points) {
      out.append(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f ",
              x(point.peers, last),
              y(value.applyAsDouble(point), most)));
    }
    out.append("\"/>\n");
  }
}
