package io.l7.dash.pack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The rates a film is offered at, the lowest first. */
public record Ladder(List<Rung> rungs) {
  private static final Pattern RUNG =
      Pattern.compile("(\\d{2,4})p@(\\d{1,6}(?:\\.\\d{1,3})?)([kKmM])(?:bit/s)?");

  /** One rate: lines of the picture, and bit/s. */
  public record Rung(int height, int bitrate) {}

  public Ladder {
    rungs = rungs.stream().sorted(Comparator.comparingInt(Rung::bitrate)).toList();
    if (rungs.isEmpty()) {
      throw new IllegalArgumentException("a ladder needs a rung");
    }
  }

  /**
   * Reads {@code 144p@150k,240p@300k,1080p@4.5M}.
   *
   * @throws IllegalArgumentException naming the rung that is not of that form
   */
  public static Ladder parse(String text) {
    var rungs = new ArrayList<Rung>();
    for (String part : text.split(",", -1)) {
      var matcher = RUNG.matcher(part.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "ladder rung '" + part.strip() + "' is not of the form 360p@700k");
      }
      int height = Integer.parseInt(matcher.group(1));
      double unit = matcher.group(3).toLowerCase(Locale.ROOT).equals("k") ? 1e3 : 1e6;
      double bitrate = Double.parseDouble(matcher.group(2)) * unit;
      if (height < 16 || height % 2 != 0 || bitrate < 10_000 || bitrate > 400e6) {
        throw new IllegalArgumentException(
            "ladder rung '" + part.strip() + "': even lines from 16, 10k to 400M bit/s");
      }
      rungs.add(new Rung(height, (int) bitrate));
    }
    return new Ladder(rungs);
  }

  /** The usual rungs up to the source's height. */
  public static Ladder upTo(int height) {
    var usual =
        parse("144p@150k,240p@350k,360p@800k,480p@1500k,720p@3M,1080p@5M,1440p@9M,2160p@16M");
    var fitting = usual.rungs().stream().filter(r -> r.height() <= height).toList();
    return new Ladder(fitting.isEmpty() ? List.of(usual.rungs().getFirst()) : fitting);
  }
}
