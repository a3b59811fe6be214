package io.l7.smtp.sts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A policy (RFC 8461 §3.2).
 *
 * @param mode what is to follow where a server does not keep to it
 * @param mx which hosts may take the domain's mail: names in A-labels and lower case, {@code *.}
 *     standing for one label
 * @param maxAge how long it may be relied on; a year at most
 */
public record StsPolicy(Mode mode, List<String> mx, Duration maxAge) {
  /** What is to follow where a server does not keep to a policy. */
  public enum Mode {
    /** No mail for that server. */
    ENFORCE,
    /** The mail goes out all the same; it is told to those who run us. */
    TESTING,
    /** Nothing: the domain has given up MTA-STS. */
    NONE
  }

  /** RFC 8461 §3.2: max_age is 31557600 at most. */
  private static final long YEAR = 31_557_600;

  /** Of a name in the DNS, RFC 1035 §2.3.4; the pattern below takes its time with longer texts. */
  private static final int LONGEST_HOST = 255;

  private static final Pattern HOST =
      Pattern.compile(
          "(\\*\\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}");

  public StsPolicy {
    mx = List.copyOf(mx);
  }

  /** Reads a policy; empty where the text is none (RFC 8461 §3.2: it counts as if not there). */
  public static Optional<StsPolicy> parse(String text) {
    var first = new HashMap<String, String>();
    var mx = new ArrayList<String>();
    for (var line : text.split("\r?\n", -1)) {
      if (line.isBlank()) {
        continue;
      }
      var colon = line.indexOf(':');
      if (colon < 1) {
        return Optional.empty();
      }
      var value = line.substring(colon + 1).strip();
      if (line.startsWith("mx:")) {
        mx.add(value.toLowerCase(Locale.ROOT));
      } else {
        first.putIfAbsent(line.substring(0, colon), value); // of any other field the first counts
      }
    }
    var mode = mode(first.getOrDefault("mode", ""));
    var age = first.getOrDefault("max_age", "");
    var named = mx.stream().allMatch(StsPolicy::isHost);
    return first.getOrDefault("version", "").equals("STSv1")
            && mode.isPresent()
            && SECONDS.matcher(age).matches()
            && named
            && (mode.get() == Mode.NONE || !mx.isEmpty())
        ? Optional.of(
            new StsPolicy(mode.get(), mx, Duration.ofSeconds(Math.min(Long.parseLong(age), YEAR))))
        : Optional.empty();
  }

  private static boolean isHost(String text) {
    return text.length() <= LONGEST_HOST && HOST.matcher(text).matches();
  }

  private static Optional<Mode> mode(String word) {
    return switch (word) {
      case "enforce" -> Optional.of(Mode.ENFORCE);
      case "testing" -> Optional.of(Mode.TESTING);
      case "none" -> Optional.of(Mode.NONE);
      default -> Optional.empty();
    };
  }

  /** The policy's text, a field a line, in one order and spelling. */
  public List<String> lines() {
    var out = new ArrayList<String>();
    out.add("version: STSv1");
    out.add("mode: " + mode.name().toLowerCase(Locale.ROOT));
    mx.forEach(host -> out.add("mx: " + host));
    out.add("max_age: " + maxAge.toSeconds());
    return out;
  }

  /** Whether this host, in A-labels, may take the domain's mail (RFC 8461 §4.1). */
  public boolean names(String host) {
    var wanted = host.toLowerCase(Locale.ROOT);
    var dot = wanted.indexOf('.');
    var wild = dot < 1 ? "" : "*" + wanted.substring(dot);
    return mx.contains(wanted) || mx.contains(wild);
  }
}
