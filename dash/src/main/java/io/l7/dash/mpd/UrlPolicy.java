package io.l7.dash.mpd;

import io.l7.common.net.AddressLiteral;
import io.l7.dash.limits.DashLimits;
import io.l7.http.message.HostPort;
import java.net.URI;

/**
 * Resolves references and refuses those a manifest has no business with: other schemes, and
 * loopback from afar.
 */
public final class UrlPolicy {
  private final DashLimits limits;
  private final boolean fromLoopback;
  private final boolean fromFile;

  /** The policy for what a manifest of this place names. */
  public UrlPolicy(URI manifest, DashLimits limits) {
    this.limits = limits;
    this.fromLoopback = isLoopback(manifest);
    this.fromFile = "file".equalsIgnoreCase(manifest.getScheme());
  }

  /**
   * What a reference means.
   *
   * @param line in the manifest, from 1; 0 where none is to blame
   * @throws MpdException it is no URL, or one that is refused
   */
  public URI resolve(URI base, String reference, int line) throws MpdException {
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
    if (scheme != null && HostPort.of(resolved).isEmpty()) {
      // Such as 127.1: the JDK's URI knows no host in it, and a socket finds one all the same.
      throw new MpdException("not a URL: " + Element.shortened(reference), line);
    }
    if (!fromLoopback && isLoopback(resolved)) {
      throw new MpdException("a manifest from elsewhere names this machine: refused", line);
    }
    return resolved;
  }

  private static boolean isLoopback(URI uri) {
    var host = HostPort.of(uri).map(HostPort::host);
    if (host.isEmpty()) {
      return uri.getScheme() == null;
    }
    String name = host.get().replaceFirst("\\.$", "");
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return true;
    }
    // However it is written: 127.1, 2130706433 and [::ffff:127.0.0.1] are this machine too.
    return AddressLiteral.of(name)
        .filter(address -> address.isLoopbackAddress() || address.isAnyLocalAddress())
        .isPresent();
  }
}
