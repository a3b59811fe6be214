package io.l7.common.testkit;

import io.l7.common.transcript.Event.Cover;
import io.l7.common.transcript.Event.Side;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The notation of a {@link GoldenDialogue}, parsed. */
final class GoldenScript {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9-]*)(?:=([^}]*))?\\}");

  private GoldenScript() {}

  /** One thing that happens, with the number of its line in the file. */
  sealed interface Step {
    int number();

    Side by();

    /** One side says a line, or octets that no line end follows. */
    record Says(int number, Side by, Cover cover, String text, Ending ending) implements Step {
      /** The same with each placeholder replaced: by what is known, or by its sample. */
      byte[] octets(Map<String, String> known) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(unescape(substitute(known)));
        if (ending == Ending.LINE) out.writeBytes(new byte[] {'\r', '\n'});
        return out.toByteArray();
      }

      private String substitute(Map<String, String> known) {
        return PLACEHOLDER
            .matcher(text)
            .replaceAll(
                found -> {
                  String sample = found.group(2) == null ? "" : found.group(2);
                  String value = known.computeIfAbsent(found.group(1), _ -> sample);
                  return java.util.regex.Matcher.quoteReplacement(value.replace("\\", "\\\\"));
                });
      }

      /** Whether {@code line} is this one; if so, what it says for each new placeholder is kept. */
      boolean matches(String line, Map<String, String> known) {
        var pattern = new StringBuilder();
        var fresh = new ArrayList<String>();
        var found = PLACEHOLDER.matcher(text);
        int done = 0;
        while (found.find()) {
          pattern.append(literal(text.substring(done, found.start())));
          var value = Optional.ofNullable(known.get(found.group(1)));
          if (value.isPresent()) {
            pattern.append(Pattern.quote(value.get()));
          } else {
            pattern.append("(.+?)");
            fresh.add(found.group(1));
          }
          done = found.end();
        }
        pattern.append(literal(text.substring(done)));
        var match = Pattern.compile(pattern.toString(), Pattern.DOTALL).matcher(line);
        if (!match.matches()) return false;
        for (int i = 0; i < fresh.size(); i++) known.put(fresh.get(i), match.group(i + 1));
        return true;
      }

      private static String literal(String escaped) {
        return Pattern.quote(new String(unescape(escaped), StandardCharsets.UTF_8));
      }

      @Override
      public String toString() {
        return (by == Side.CLIENT ? "C" : "S") + (cover == Cover.TLS ? "~ " : ": ") + text;
      }
    }

    /** One side says any lines, up to one that matches its next. */
    record Anything(int number, Side by) implements Step {
      @Override
      public String toString() {
        return "...";
      }
    }

    /** One side ends its stream. */
    record Closes(int number, Side by) implements Step {
      @Override
      public String toString() {
        return (by == Side.CLIENT ? "C" : "S") + " closes";
      }
    }
  }

  /** What follows a text on the wire. */
  enum Ending {
    LINE,
    NOTHING
  }

  static List<Step> parse(String name, String text) {
    var steps = new ArrayList<Step>();
    var lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) continue;
      var step = step(line, i + 1, steps);
      if (step.isEmpty())
        throw new IllegalArgumentException(name + ":" + (i + 1) + ": not a line of a dialogue");
      steps.add(step.get());
    }
    return List.copyOf(steps);
  }

  private static Optional<Step> step(String line, int number, List<Step> before) {
    if (line.equals("..."))
      return before.isEmpty()
          ? Optional.empty()
          : Optional.of(new Step.Anything(number, before.getLast().by()));
    if (line.equals("C closes")) return Optional.of(new Step.Closes(number, Side.CLIENT));
    if (line.equals("S closes")) return Optional.of(new Step.Closes(number, Side.SERVER));
    if (!line.matches("(?s)[CS][:~]( .*)?")) return Optional.empty();
    var by = line.charAt(0) == 'C' ? Side.CLIENT : Side.SERVER;
    var cover = line.charAt(1) == '~' ? Cover.TLS : Cover.PLAIN;
    var said = line.length() > 3 ? line.substring(3) : "";
    int backslashes = 0;
    while (backslashes < said.length() && said.charAt(said.length() - 1 - backslashes) == '\\')
      backslashes++;
    if (backslashes % 2 == 0)
      return Optional.of(new Step.Says(number, by, cover, said, Ending.LINE));
    var open = said.substring(0, said.length() - 1);
    return Optional.of(new Step.Says(number, by, cover, open, Ending.NOTHING));
  }

  private static byte[] unescape(String text) {
    var out = new ByteArrayOutputStream();
    byte[] source = text.getBytes(StandardCharsets.UTF_8);
    int i = 0;
    while (i < source.length) {
      if (source[i] != '\\' || i + 1 == source.length) {
        out.write(source[i++]);
        continue;
      }
      switch (source[i + 1]) {
        case 'r' -> out.write('\r');
        case 'n' -> out.write('\n');
        case 't' -> out.write('\t');
        case 'x' -> {
          out.write(Integer.parseInt(new String(source, i + 2, 2, StandardCharsets.US_ASCII), 16));
          i += 2;
        }
        default -> out.write(source[i + 1]);
      }
      i += 2;
    }
    return out.toByteArray();
  }
}
