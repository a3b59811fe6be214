package io.l7.cli.smtp;

import io.l7.cli.OptionRules;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the servers of MTA-STS policies listen. A mixin. */
final class PolicyPort {
  private static final int HTTPS = 443; // RFC 8461 §3.3: that of the https scheme

  @Option(
      names = "--mta-sts-port",
      paramLabel = "PORT",
      description = "The port of the policies' servers (default 443).")
  private @Nullable Integer port;

  /**
   * Whether it is one, and of use.
   *
   * @param option which the port is for
   * @throws IllegalArgumentException it is not
   */
  void check(String option, boolean there) {
    OptionRules.isFor("--mta-sts-port", port != null, option, there);
    if (value() < 1 || value() > 0xffff) {
      throw new IllegalArgumentException("--mta-sts-port: 1 to 65535");
    }
  }

  int value() {
    return port == null ? HTTPS : port;
  }
}
