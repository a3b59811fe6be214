package io.l7.dash.play;

import io.l7.dash.play.PlayReport.Chunk;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A run as one HTML page: figures, plots as inline SVG, and every choice with its reason. Needs
 * nothing else.
 */
public final class HtmlReport {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 180;
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <title>L7 playback report</title>
      <style>
        :root { color-scheme: light dark; --a: light-dark(#0b6bcb, #6cb6ff); --b: light-dark(#c4620a, #ffb366);
          --bad: light-dark(#c22, #f77); }
        body { font: 14px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
        svg { width: 100%; height: auto; } text { font-size: 11px; fill: currentColor; opacity: .7 }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
        td, th { text-align: left; padding: .15rem .5rem; border-bottom: 1px solid light-dark(#ddd, #333); }
        td.n, th.n { text-align: right; white-space: nowrap } td.what { white-space: nowrap }
        td.from { overflow-wrap: anywhere } tr.failed, tr.given-up { color: var(--bad) }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .8rem }
        dt { opacity: .65 } dd { margin: 0; font-size: 1.3rem }
      </style>
      """;

  private HtmlReport() {}

  /** The page. */
  public static String of(PlayReport report) {
    var out = new StringBuilder(HEAD);
    out.append("<h1>Playback of ").append(escaped(report.url())).append("</h1>\n<dl>");
    figure(out, "Rule", report.algorithm());
    figure(out, "Start-up", format("%.0f ms", report.startupMs()));
    figure(out, "Stalls", format("%d (%.2f s)", report.stalls(), report.stalledMs() / 1000));
    figure(out, "Mean bitrate", format("%.0f kbit/s", report.kbps()));
    figure(out, "Switches", Integer.toString(report.switches()));
    figure(out, "Score", format("%.3f", report.score()));
    report
        .live()
        .ifPresent(
            live ->
                figure(out, "Behind the live edge", format("%.1f s", live.meanLatencyMs() / 1000)));
    out.append("</dl>\n");
    var media = report.chunks().stream().filter(c -> c.segment() > 0).toList();
    var picture = media.stream().filter(c -> c.kind().equals("video")).toList();
    var main = picture.isEmpty() ? media : picture;
    double end = media.stream().mapToDouble(c -> c.startMs() + c.elapsedMs()).max().orElse(1);
    plot(out, "Buffer when asking, seconds", media, end, c -> c.bufferMs() / 1000, "--a");
    plot(out, "Bitrate chosen, kbit/s", main, end, Chunk::nominalKbps, "--b");
    var measured = media.stream().filter(c -> c.measuredKbps() > 0).toList();
    plot(out, "Throughput measured, kbit/s", measured, end, Chunk::measuredKbps, "--a");
    edges(out, report);
    choices(out, report.chunks());
    return out.append("</html>\n").toString();
  }

  private static void figure(StringBuilder out, String name, String value) {
    out.append("<div><dt>").append(name).append("</dt><dd>").append(escaped(value));
    out.append("</dd></div>");
  }

  private static void plot(
      StringBuilder out,
      String title,
      List<Chunk> chunks,
      double end,
      ToDoubleFunction<Chunk> value,
      String colour) {
    if (chunks.isEmpty()) {
      return;
    }
    double highest = Math.max(1e-9, chunks.stream().mapToDouble(value).max().orElse(1));
    double step = step(highest);
    double most = Math.ceil(highest * 1.02 / step) * step;
    out.append("<h2>").append(title).append("</h2>\n<svg viewBox=\"0 -14 ");
    out.append(WIDTH).append(' ').append(HEIGHT + 34).append("\">");
    for (int i = 0; i * step <= most * 1.001; i++) {
      double y = HEIGHT - HEIGHT * i * step / most;
      out.append(
          format(
              "<path d=\"M0 %.1fH%d\" stroke=\"currentColor\" opacity=\".15\"/><text x=\"2\""
                  + " y=\"%.1f\">%s</text>",
              y, WIDTH, y - 3, label(i * step)));
    }
    out.append("<path fill=\"none\" stroke=\"var(")
        .append(colour)
        .append(")\" stroke-width=\"2\" d=\"");
    double before = 0;
    for (int i = 0; i < chunks.size(); i++) {
      double x = WIDTH * chunks.get(i).startMs() / end;
      double y = HEIGHT - HEIGHT * value.applyAsDouble(chunks.get(i)) / most;
      out.append(
          i == 0 ? format("M%.1f %.1f", x, y) : format("L%.1f %.1fL%.1f %.1f", x, before, x, y));
      before = y;
    }
    out.append(format("H%d\"/>", WIDTH));
    out.append(
        format(
            "<text x=\"0\" y=\"%d\">0 s</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.1f"
                + " s</text></svg>%n",
            HEIGHT + 15, WIDTH, HEIGHT + 15, end / 1000));
  }

  /** Between two lines of a plot: 1, 2 or 5 times a power of ten, for three to seven lines. */
  private static double step(double highest) {
    double power = Math.pow(10, Math.floor(Math.log10(highest / 3)));
    double times = highest / 3 / power;
    return power * (times > 7 ? 10 : times > 3.5 ? 5 : times > 1.5 ? 2 : 1);
  }

  private static String label(double value) {
    return value == Math.rint(value) ? format("%.0f", value) : format("%.2g", value);
  }

  private static void edges(StringBuilder out, PlayReport report) {
    out.append("<h2>Edges</h2>\n<table><tr><th>Edge<th class=n>Throughput<th class=n>Delay");
    out.append("<th class=n>Requests<th class=n>Failures</tr>\n");
    for (var e : report.edges()) {
      out.append("<tr><td>").append(escaped(e.name()));
      out.append(format("<td class=n>%.0f kbit/s<td class=n>%.1f ms", e.kbps(), e.latencyMs()));
      out.append(format("<td class=n>%d<td class=n>%d</tr>%n", e.requests(), e.failures()));
    }
    out.append("</table>\n");
  }

  private static void choices(StringBuilder out, List<Chunk> chunks) {
    out.append("<h2>Choices</h2>\n<table><tr><th class=n>Start<th>What<th class=n>Bytes");
    out.append("<th class=n>Took<th class=n>Buffer<th>Why<th>From</tr>\n");
    for (var c : chunks) {
      String state = c.ending().name().toLowerCase(Locale.ROOT).replace('_', '-');
      String what = c.segment() == 0 ? "set-up" : "segment " + c.segment();
      out.append("<tr class=\"").append(state).append("\">");
      out.append(format("<td class=n>%.2f s<td class=what>", c.startMs() / 1000));
      out.append(escaped(c.representation() + " " + what));
      out.append(format("<td class=n>%d<td class=n>%.0f ms", c.bytes(), c.elapsedMs()));
      out.append(format("<td class=n>%.1f s<td>", c.bufferMs() / 1000));
      out.append(escaped(c.why()))
          .append("<td class=from>")
          .append(escaped(c.url()))
          .append("</tr>\n");
    }
    out.append("</table>\n");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
