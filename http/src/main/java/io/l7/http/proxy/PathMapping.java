package io.l7.http.proxy;

import io.l7.http.message.Request;
import io.l7.http.message.Target;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * How a path at the proxy becomes one at the upstream. As with nginx's {@code proxy_pass}: an
 * upstream URI without a path takes requests as they are; one with a path, be it {@code /}, takes
 * them with the prefix replaced by it.
 *
 * @param prefix the path prefix the proxy answers for; {@code /} for all
 * @param replacement what stands in its place; none where paths stay as they are
 */
public record PathMapping(String prefix, Optional<String> replacement) {
  /** Every path as it is. */
  public static final PathMapping IDENTITY = new PathMapping("/", Optional.empty());

  /** The mapping of {@code --proxy /PREFIX=URL}. */
  public static PathMapping of(String prefix, URI upstream) {
    String path = upstream.getRawPath();
    return new PathMapping(
        prefix, path == null || path.isEmpty() ? Optional.empty() : Optional.of(path));
  }

  /** The target at the upstream; none where the path could mean another one than was matched. */
  Optional<Target> map(Request request) {
    String path = request.path();
    if (hasDotSegment(path)) {
      return Optional.empty();
    }
    int rest = endOfPrefix(path);
    if (replacement.isEmpty() || rest < 0) {
      return Optional.of(Target.of(request.target().pathAndQuery()));
    }
    String base = replacement.get();
    boolean twice = base.endsWith("/") && path.startsWith("/", rest);
    String joined = base + path.substring(twice ? rest + 1 : rest);
    return Optional.of(Target.of(joined + request.query().map(q -> "?" + q).orElse("")));
  }

  /**
   * Where in a path as it came the segments of the prefix end, however they are encoded: those that
   * a route has matched; -1 where they are others.
   */
  private int endOfPrefix(String path) {
    String own = withoutSlash(prefix);
    int end = 0;
    for (int slash = own.indexOf('/'); slash >= 0; slash = own.indexOf('/', slash + 1)) {
      int next = path.indexOf('/', end + 1);
      end = next < 0 ? path.length() : next;
    }
    return end == 0
            || Target.of(path.substring(0, end)).decodedPath().filter(own::equals).isPresent()
        ? end
        : -1;
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /**
   * Whether a server could take a part of the path for {@code .} or {@code ..}: then what the
   * upstream serves is not what was matched here.
   */
  private static boolean hasDotSegment(String path) {
    String plain =
        path.toLowerCase(Locale.ROOT)
            .replace("%2e", ".")
            .replace("%2f", "/")
            .replace("%5c", "/")
            .replace('\\', '/');
    for (String segment : plain.split("/", -1)) {
      String name = segment.contains(";") ? segment.substring(0, segment.indexOf(';')) : segment;
      if (name.equals("..") || (name.equals(".") && !segment.isEmpty())) {
        return true;
      }
    }
    return false;
  }

  /** The public form of a {@code Location} that names the upstream, for the client that asked. */
  String outward(String location, Upstream upstream, Request request) {
    String own = upstream.toString();
    if (!location.regionMatches(true, 0, own, 0, own.length())
        || (location.length() > own.length() && location.charAt(own.length()) != '/')) {
      return location;
    }
    String path = location.substring(own.length());
    String base = replacement.map(PathMapping::withoutSlash).orElse("");
    if (replacement.isPresent() && path.startsWith(base)) {
      String rest = path.substring(base.length());
      if (rest.isEmpty() || "/?#".indexOf(rest.charAt(0)) >= 0) {
        path = withoutSlash(prefix) + rest;
      }
    }
    return request.scheme() + "://" + request.authority() + path;
  }
}
