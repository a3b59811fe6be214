package io.l7.dash.pack;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Encodes with the ffmpeg program, in one run for all rungs so that the source is decoded once:
 * H.264 by libx264, or by libopenh264 where that is what it has, and AAC.
 */
public final class FfmpegEncoder implements Encoder {
  private static final int LAST_WORDS = 8;
  private static final Pattern DURATION =
      Pattern.compile("Duration: (\\d+):(\\d\\d):(\\d\\d(?:\\.\\d+)?)");
  private static final Pattern VIDEO = Pattern.compile("Stream #.*Video:.*? (\\d{2,5})x(\\d{2,5})");

  private final Path program;
  private final Children children;

  /**
   * @param program the ffmpeg to run
   * @param children where its runs are, for who may want to break them off
   */
  public FfmpegEncoder(Path program, Children children) {
    this.program = program;
    this.children = children;
  }

  @Override
  public Source probe(Path video) throws IOException {
    var run = start(List.of("-hide_banner", "-nostdin", "-i", "file:" + video));
    String said;
    try (var out = run.getInputStream()) {
      said = new String(out.readNBytes(1 << 20), StandardCharsets.UTF_8);
    }
    waitFor(run);
    var streams = said.lines().filter(l -> l.contains("Stream #")).toList();
    var sound = streams.stream().anyMatch(l -> l.contains("Audio:")) ? Sound.PRESENT : Sound.ABSENT;
    // A cover is a picture to look at while one listens, and no film.
    Optional<Matcher> picture =
        streams.stream()
            .filter(l -> !l.contains("(attached pic)"))
            .map(VIDEO::matcher)
            .filter(Matcher::find)
            .findFirst();
    if (picture.isEmpty()) {
      String why =
          streams.isEmpty()
              ? said.lines().reduce((a, b) -> b).orElse("no answer from ffmpeg").strip()
              : sound == Sound.PRESENT
                  ? "only sound: --copy packages that of an MP4 as it is"
                  : "no sound either";
      throw new PackException("no video in it (" + why + ")");
    }
    Matcher time = DURATION.matcher(said);
    Optional<Duration> duration = Optional.empty();
    if (time.find()) {
      double seconds =
          Integer.parseInt(time.group(1)) * 3600
              + Integer.parseInt(time.group(2)) * 60
              + Double.parseDouble(time.group(3));
      duration = Optional.of(Duration.ofMillis(Math.round(seconds * 1000)));
    }
    return new Source(Integer.parseInt(picture.get().group(2)), duration, sound);
  }

  @Override
  public List<Path> encode(
      Path video, Ladder ladder, Duration segment, Path directory, Progress progress)
      throws IOException {
    var source = probe(video);
    var files = new ArrayList<Path>();
    var command = new ArrayList<String>();
    command.addAll(List.of("-hide_banner", "-nostdin", "-y", "-v", "error", "-progress", "pipe:1"));
    command.addAll(List.of("-i", "file:" + video, "-filter_complex", scaling(ladder)));
    String codec = h264();
    for (int i = 0; i < ladder.rungs().size(); i++) {
      Path file = directory.resolve("rung-" + i + ".mp4");
      command.addAll(video(codec, ladder.rungs().get(i), segment));
      command.addAll(List.of("-map", "[v" + i + "]", "file:" + file));
      files.add(file);
    }
    if (source.sound() == Sound.PRESENT) {
      Path file = directory.resolve("sound.mp4");
      command.addAll(List.of("-map", "0:a:0", "-vn", "-c:a", "aac", "-b:a", "128k", "-ac", "2"));
      command.add("file:" + file);
      files.add(file);
    }
    run(command, progress);
    return files;
  }

  private static String scaling(Ladder ladder) {
    int count = ladder.rungs().size();
    var graph = new StringBuilder("[0:V:0]split=").append(count);
    for (int i = 0; i < count; i++) {
      graph.append("[s").append(i).append(']');
    }
    for (int i = 0; i < count; i++) {
      // scale keeps the display aspect by adjusting that of the pixels: one par for all rungs.
      graph.append(
          String.format(
              Locale.ROOT,
              ";[s%d]scale=-2:%d:flags=bicubic,format=yuv420p[v%d]",
              i,
              ladder.rungs().get(i).height(),
              i));
    }
    return graph.toString();
  }

  private static List<String> video(String codec, Ladder.Rung rung, Duration segment) {
    String seconds = String.format(Locale.ROOT, "%.3f", segment.toMillis() / 1000.0);
    String rate = Integer.toString(rung.bitrate());
    var options =
        new ArrayList<>(List.of("-c:v", codec, "-b:v", rate, "-g", "100000", "-force_key_frames"));
    options.add("expr:gte(t,n_forced*" + seconds + ")");
    if (codec.equals("libx264")) {
      // Without B-frames all rungs have one decode order: ffmpeg's own DASH reader, which stops at
      // the first stream to end, then shows the last picture of each.
      options.addAll(List.of("-preset", "veryfast", "-sc_threshold", "0", "-bf", "0"));
      options.addAll(List.of("-maxrate", rate, "-bufsize", rate));
    } else {
      options.addAll(List.of("-rc_mode", "bitrate", "-allow_skip_frames", "0"));
    }
    return options;
  }

  /** libx264 where this ffmpeg has it, else libopenh264. */
  private String h264() throws IOException {
    var run = start(List.of("-hide_banner", "-nostdin", "-encoders"));
    String said;
    try (var out = run.getInputStream()) {
      said = new String(out.readNBytes(1 << 20), StandardCharsets.UTF_8);
    }
    waitFor(run);
    if (said.contains(" libx264 ")) {
      return "libx264";
    }
    if (said.contains(" libopenh264 ")) {
      return "libopenh264";
    }
    throw new PackException(program + " encodes no H.264 (neither libx264 nor libopenh264)");
  }

  private void run(List<String> command, Progress progress) throws IOException {
    var run = start(command);
    var last = new ArrayDeque<String>();
    Duration done = Duration.ZERO;
    try (BufferedReader out = run.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        int equals = line.indexOf('=');
        String key = equals < 0 ? "" : line.substring(0, equals);
        String value = line.substring(equals + 1).strip();
        if (key.equals("out_time_us") && value.matches("\\d{1,15}")) {
          done = Duration.ofNanos(Long.parseLong(value) * 1000);
        } else if (key.equals("speed")) {
          progress.at(
              done, value.matches("[\\d.]+x") ? Double.parseDouble(value.replace("x", "")) : 0);
        } else if (!key.matches("[a-z0-9_]+")) {
          last.addLast(line);
          if (last.size() > LAST_WORDS) {
            last.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      run.destroy();
      throw e;
    }
    if (waitFor(run) != 0) {
      throw new PackException("ffmpeg failed: " + String.join("; ", last));
    }
  }

  private Process start(List<String> arguments) throws PackException {
    var command = new ArrayList<String>();
    command.add(program.toString());
    command.addAll(arguments);
    try {
      return children.start(new ProcessBuilder(command).redirectErrorStream(true));
    } catch (IOException e) {
      throw new PackException("cannot run " + program + ": " + e.getMessage(), e);
    }
  }

  private static int waitFor(Process run) throws IOException {
    try {
      return run.waitFor();
    } catch (InterruptedException e) {
      run.destroy();
      Thread.currentThread().interrupt();
      throw new PackException("interrupted while ffmpeg ran", e);
    }
  }
}
