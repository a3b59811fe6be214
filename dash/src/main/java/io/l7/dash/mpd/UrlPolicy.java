package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import java.net.URI;

/**
 * Resolves references and refuses those a manifest has no business with: other schemes, and
 * loopback from afar.
 */
final class UrlPolicy {
  private final DashLimits limits;
  private final boolean fromLoopback;
  private final boolean fromFile;

  UrlPolicy(URI manifest, DashLimits limits) {
    this.limits = limits;
    this.fromLoopback = isLoopback(manifest);
    this.fromFile = "file".equalsIgnoreCase(manifest.getScheme());
  }

  URI resolve(URI base, String reference, int line) throws MpdException {
    if (reference.length() > limits.urlLength()) {
      throw new MpdException("a URL of " + reference.length() + " characters", line);
    }
    URI resolved;
    try {
      resolved = reference.isEmpty() ? base : base.resolve(reference.strip().replace(" ", "%20"));
    } catch (IllegalArgumentException e) {
      throw new MpdException("not a URL: " + Element.shortened(reference), line);
    }
    String scheme = resolved.getScheme();
    if (fromFile && scheme != null && scheme.equalsIgnoreCase("file")) {
      return resolved;
    }
    if (scheme != null && !scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
      throw new MpdException("a URL of scheme " + Element.shortened(scheme) + " is refused", line);
    }
    if (!fromLoopback && isLoopback(resolved)) {
      throw new MpdException("a manifest from elsewhere names this machine: refused", line);
    }
    return resolved;
  }

  private static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    return host == null
        ? uri.getScheme() == null
        : host.equalsIgnoreCase("localhost")
            || host.endsWith(".localhost")
            || host.startsWith("127.")
            || host.equals("[::1]")
            || host.equals("0.0.0.0");
  }
}
