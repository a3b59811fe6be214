package io.l7.cli.smtp;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.dns.resolver.RecordFile;
import io.l7.smtp.client.Dane;
import io.l7.smtp.client.DnsMxResolver;
import io.l7.smtp.client.MtaSts;
import io.l7.smtp.client.RelayOptions;
import io.l7.smtp.client.TlsPolicy;
import io.l7.smtp.sts.FreshPolicies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much TLS {@code send} wants, and with whom. A mixin. */
final class SendTls implements AutoCloseable {
  /** What {@code --tls} may be told. */
  private enum When {
    OFF,
    OPPORTUNISTIC,
    REQUIRED,
    IMPLICIT,
    DANE,
    MTA_STS
  }

  /** One or the other. */
  static final class How {
    @Option(names = "--starttls", description = "STARTTLS, or nothing.")
    private boolean starttls;

    @Option(
        names = "--tls",
        arity = "0..1",
        fallbackValue = "",
        paramLabel = "WHEN",
        description =
            "TLS from the first octet; or off, opportunistic, required, implicit, dane, mta-sts or"
                + " dane,mta-sts.")
    private @Nullable String tls;
  }

  @ArgGroup private How how = new How();

  @Option(
      names = {"--verify", "--tls-verify"},
      description = "Demand a certificate that is trusted and has the server's name.")
  private boolean verify;

  @Option(
      names = {"--ca", "--tls-ca-path"},
      paramLabel = "FILE",
      description = "Trust these certificates (PEM); implies --verify.")
  private @Nullable Path ca;

  @Option(
      names = "--trust-anchor",
      paramLabel = "FILE",
      description =
          "DS or DNSKEY records to check DANE's answers by (default: IANA's of the root).")
  private @Nullable Path trustAnchor;

  @Mixin private PolicyPort policyPort = new PolicyPort();

  private @Nullable HttpsPolicyFetcher fetcher;

  private Set<When> words() {
    var out = EnumSet.noneOf(When.class);
    if (how.tls == null || how.tls.isEmpty()) {
      return out;
    }
    for (var word : how.tls.split(",", -1)) {
      out.add(
          Arrays.stream(When.values())
              .filter(w -> w.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("--tls: no such word: " + word)));
    }
    if (out.size() > 1 && !out.equals(EnumSet.of(When.DANE, When.MTA_STS))) {
      throw new IllegalArgumentException("--tls: of these words one alone: " + how.tls);
    }
    return out;
  }

  /**
   * Whether the options go together.
   *
   * @throws IllegalArgumentException they do not
   */
  void check(boolean resolver, boolean mx) {
    var words = words();
    if (words.contains(When.DANE) && !resolver) {
      throw new IllegalArgumentException(
          "--tls dane needs --resolver HOST:PORT, one that passes signatures on");
    }
    if (words.contains(When.MTA_STS) && !(resolver && mx)) {
      throw new IllegalArgumentException("--tls mta-sts needs --mx and --resolver HOST:PORT");
    }
    if (trustAnchor != null && !words.contains(When.DANE)) {
      throw new IllegalArgumentException("--trust-anchor is for --tls dane");
    }
    policyPort.check("--tls mta-sts", words.contains(When.MTA_STS));
  }

  /** What is wanted; {@code otherwise} where nothing is said of it. */
  TlsPolicy policy(SwaksOptions swaks, TlsPolicy otherwise) {
    var protocol = swaks.protocol();
    var words = words();
    if (words.contains(When.DANE)) {
      return TlsPolicy.DANE;
    }
    if (!words.isEmpty()) {
      var word = words.iterator().next();
      return word == When.MTA_STS ? TlsPolicy.OPPORTUNISTIC : TlsPolicy.valueOf(word.name());
    }
    var asked = how.tls != null;
    if (swaks.tlsOnConnect() || protocol.onConnect() || asked && !swaks.swaks()) {
      return TlsPolicy.IMPLICIT;
    }
    if (how.starttls || asked || swaks.startTls() || protocol.secured()) {
      return TlsPolicy.REQUIRED;
    }
    return swaks.startTlsWhereOffered() ? TlsPolicy.OPPORTUNISTIC : otherwise;
  }

  /** Finds servers, and proves what it finds where that is wanted. */
  DnsMxResolver names(Endpoint resolver) throws IOException {
    if (!words().contains(When.DANE)) {
      return DnsMxResolver.forwarding(resolver, Network.real());
    }
    var anchors = trustAnchor == null ? RecordFile.rootAnchors() : RecordFile.anchors(trustAnchor);
    return DnsMxResolver.validating(resolver, Network.real(), anchors);
  }

  /** Whose certificates are good, as swaks has it: anybody's, unless one asks. */
  TlsTrust trust() throws IOException {
    if (ca != null) {
      return TlsTrust.fromPem(ca);
    }
    var asked = verify || words().contains(When.MTA_STS);
    return asked ? TlsTrust.system() : TlsTrust.insecure();
  }

  /** With what domains and hosts demand, where that is to be kept to. */
  RelayOptions demanding(RelayOptions options, DnsMxResolver dns, Transcript transcript)
      throws IOException {
    var out = options;
    var words = words();
    if (words.contains(When.DANE)) {
      out = out.dane(new Dane(dns.tlsa(), new Metrics()));
    }
    if (words.contains(When.MTA_STS)) {
      var https = new HttpsPolicyFetcher(trust(), dns, transcript, policyPort.value());
      fetcher = https;
      out = out.mtaSts(new MtaSts(new FreshPolicies(dns.policyIds(), https), new Metrics()));
    }
    return out;
  }

  @Override
  public void close() {
    if (fetcher != null) {
      fetcher.close();
    }
  }
}
