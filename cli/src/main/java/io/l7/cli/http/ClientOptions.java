package io.l7.cli.http;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.dns.Resolver;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientException;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.ForwardProxy;
import io.l7.http.client.Origin;
import io.l7.http.client.TlsFault;
import io.l7.http.message.HostPort;
import io.l7.http.message.UriReference;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client reaches servers: the options that {@code get} and {@code explain} share. */
final class ClientOptions {
  private static final int REDIRECTS = 20;
  private static final int MOST_PORT = 65_535;

  @Option(
      names = {"-k", "--insecure"},
      description = "Do not verify the server's certificate.")
  private boolean insecure;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description = "Trust the certificates in this PEM file alone.")
  private @Nullable Path authorities;

  @Option(
      names = {"-x", "--proxy"},
      paramLabel = "URL",
      description = "Go through this proxy; otherwise as http_proxy, https_proxy and no_proxy say.")
  private @Nullable String proxy;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      description = "Time to connect (default: 10s).")
  private Duration connectTimeout = ClientTimeouts.defaults().connect();

  @Option(
      names = {"-m", "--max-time"},
      paramLabel = "TIME",
      description = "Time for everything (default: no limit).")
  private Duration maxTime = ClientTimeouts.defaults().total();

  @Option(
      names = {"-L", "--location"},
      description = "Follow redirects, at most 20.")
  private boolean follow;

  @Option(
      names = {"-A", "--user-agent"},
      paramLabel = "NAME",
      description = "The User-Agent (default: l7).")
  private String userAgent = "l7";

  @Option(
      names = "--resolver",
      paramLabel = "HOST:PORT",
      description = "Resolve names by this DNS server (default: the system's resolver).")
  private @Nullable Endpoint resolver;

  @Option(
      names = "--resolve",
      paramLabel = "HOST:PORT:ADDRESS[,ADDRESS]",
      description = "Take this address for the host, whatever names say; repeatable.")
  private List<String> pinned = new ArrayList<>();

  /**
   * What was typed as a URL; what is beyond ASCII in it is encoded as UTF-8 (RFC 3987 §3.1).
   *
   * @throws IllegalArgumentException it is none of HTTP
   */
  static URI uri(String typed) {
    URI uri;
    try {
      uri = URI.create(typed.contains("://") ? typed : "http://" + typed);
      uri = URI.create(uri.toASCIIString());
      uri = UriReference.resolve(uri, uri.toString()); // as curl does: no dot segments
    } catch (IllegalArgumentException | URISyntaxException e) {
      throw new IllegalArgumentException("not a URL: " + e.getMessage(), e);
    }
    Optional<HostPort> host = HostPort.of(uri);
    if (host.isEmpty() || !uri.getScheme().toLowerCase(Locale.ROOT).matches("https?")) {
      throw new IllegalArgumentException("not an http or https URL: " + typed);
    }
    if (host.get().port() > MOST_PORT) {
      throw new IllegalArgumentException("no port: " + host.get().port() + " in " + typed);
    }
    return uri;
  }

  /**
   * Looks over what was typed.
   *
   * @throws IllegalArgumentException something is wrong
   */
  void check() {
    if (proxy != null) {
      var _ = ForwardProxy.parse(proxy);
    }
    var _ = PinnedNames.parse(pinned);
  }

  /** Why there is no answer, and what may be done about it. */
  String words(ClientException e) {
    String why = ClientException.words(e);
    return TlsFault.of(e).filter(TlsFault::isOfTrust).isPresent()
        ? why + "; --cacert FILE trusts it, -k anyone"
        : why;
  }

  /**
   * A client as the options describe it.
   *
   * @param leftOut fields that are not sent
   */
  HttpClient.Builder client(Transcript transcript, List<String> leftOut) throws IOException {
    var builder =
        HttpClient.builder()
            .transcript(transcript)
            .trust(trust())
            .userAgent(userAgent)
            .redirects(follow ? REDIRECTS : 0)
            .timeouts(ClientTimeouts.defaults().connect(connectTimeout).total(maxTime));
    leftOut.forEach(builder::leavingOut);
    if (proxy != null) {
      builder.proxy(ForwardProxy.parse(proxy));
    } else {
      builder.proxies(ClientOptions::fromEnvironment);
    }
    HostResolver names =
        resolver == null ? HostResolver.system() : Resolver.forwarding(resolver).hostResolver();
    return builder.names(PinnedNames.parse(pinned).over(names));
  }

  private TlsTrust trust() throws IOException {
    if (insecure) {
      return TlsTrust.insecure();
    }
    return authorities == null ? TlsTrust.system() : TlsTrust.fromPem(authorities);
  }

  private static Optional<ForwardProxy> fromEnvironment(Origin origin) {
    String host = origin.endpoint().host();
    for (String spared : List.of(variable("no_proxy").split(","))) {
      String name = spared.strip().toLowerCase(Locale.ROOT).replaceFirst("^\\.", "");
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return Optional.empty();
      }
    }
    String url = variable(origin.scheme() + "_proxy");
    return url.isEmpty() ? Optional.empty() : Optional.of(ForwardProxy.parse(url));
  }

  // HTTP_PROXY in capitals is left out: in a CGI program a request's Proxy field would set it.
  private static String variable(String name) {
    String value = System.getenv(name);
    if (value == null && !name.equals("http_proxy")) {
      value = System.getenv(name.toUpperCase(Locale.ROOT));
    }
    return value == null ? "" : value;
  }
}
