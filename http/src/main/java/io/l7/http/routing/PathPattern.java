package io.l7.http.routing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pattern of path segments: {@code /users/{id}/files} matches segment by segment, {@code
 * /static/*} everything below.
 */
final class PathPattern implements Comparable<PathPattern> {
  private sealed interface Segment {}

  private record Literal(String text) implements Segment {}

  private record Capture(String name) implements Segment {}

  private final List<Segment> segments;
  private final boolean prefix;

  private PathPattern(List<Segment> segments, boolean prefix) {
    this.segments = segments;
    this.prefix = prefix;
  }

  /** Every path that is this one or below it. */
  static PathPattern below(String path) {
    String trimmed = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return new PathPattern(segments(trimmed.isEmpty() ? "" : check(trimmed)), true);
  }

  static PathPattern of(String text) {
    return new PathPattern(segments(check(text)), false);
  }

  private static String check(String text) {
    if (!text.startsWith("/")) {
      throw new IllegalArgumentException("a path pattern begins with a slash: " + text);
    }
    return text;
  }

  private static List<Segment> segments(String text) {
    List<Segment> segments = new ArrayList<>();
    if (!text.isEmpty()) {
      for (String segment : text.substring(1).split("/", -1)) {
        boolean capture = segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
        segments.add(
            capture
                ? new Capture(segment.substring(1, segment.length() - 1))
                : new Literal(segment));
      }
    }
    return segments;
  }

  /** The captures where the decoded path matches. */
  Optional<Map<String, String>> match(String path) {
    String[] parts = path.substring(1).split("/", -1);
    if (prefix ? parts.length < segments.size() : parts.length != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> captures = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      switch (segments.get(i)) {
        case Literal(String text) -> {
          if (!text.equals(parts[i])) {
            return Optional.empty();
          }
        }
        case Capture(String name) -> {
          if (parts[i].isEmpty()) {
            return Optional.empty();
          }
          captures.put(name, parts[i]);
        }
      }
    }
    return Optional.of(captures);
  }

  /**
   * The more particular pattern first: whole paths before prefixes, literals before captures,
   * longer prefixes before shorter ones.
   */
  @Override
  public int compareTo(PathPattern other) {
    if (prefix != other.prefix) {
      return prefix ? 1 : -1;
    }
    if (segments.size() != other.segments.size()) {
      return Integer.compare(other.segments.size(), segments.size());
    }
    for (int i = 0; i < segments.size(); i++) {
      int order =
          Boolean.compare(
              segments.get(i) instanceof Capture, other.segments.get(i) instanceof Capture);
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PathPattern that
        && prefix == that.prefix
        && segments.equals(that.segments);
  }

  @Override
  public int hashCode() {
    return segments.hashCode();
  }
}
