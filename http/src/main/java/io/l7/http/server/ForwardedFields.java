package io.l7.http.server;

import io.l7.common.net.Cidr;
import io.l7.common.net.Scope;
import io.l7.http.message.Exchange;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * Reads {@code Forwarded} (RFC 7239) and {@code X-Forwarded-For}, {@code -Proto} and {@code -Host}:
 * believed from trusted addresses, ignored from all others. Of a chain of proxies, the last address
 * that is not trusted is the client.
 *
 * <p>Most proxies write one of the two and pass the other one on as a stranger wrote it: where both
 * are there and name different clients, neither is believed.
 */
public final class ForwardedFields {
  private final List<Cidr> trusted;

  public ForwardedFields(List<Cidr> trusted) {
    this.trusted = trusted;
  }

  /** The request as trusted proxies tell of it. */
  public Request apply(Request request) {
    if (trusted.isEmpty() || !isTrusted(request.exchange().remote().getAddress())) {
      return request;
    }
    List<Hop> standard = forwarded(request);
    List<Hop> custom = byCustom(request);
    if (standard.isEmpty() || custom.isEmpty()) {
      return apply(request, standard.isEmpty() ? custom : standard);
    }
    Request told = apply(request, standard);
    return client(told).equals(client(apply(request, custom))) ? told : request;
  }

  private static InetAddress client(Request request) {
    return request.exchange().remote().getAddress();
  }

  private Request apply(Request request, List<Hop> hops) {
    Request result = request;
    for (int i = hops.size() - 1; i >= 0; i--) {
      Hop hop = hops.get(i);
      Optional<InetSocketAddress> from = address(hop.from());
      if (from.isEmpty()) {
        return result;
      }
      result = result.withExchange(new ForwardedExchange(request.exchange(), from.get()));
      String scheme = hop.scheme().toLowerCase(Locale.ROOT);
      if (scheme.equals("http") || scheme.equals("https")) {
        result = result.withOrigin(scheme, result.authority());
      }
      if (isPlainHost(hop.host())) {
        String host = hop.host().toLowerCase(Locale.ROOT);
        result = result.withOrigin(result.scheme(), HostNames.canonical(host, result.scheme()));
      }
      if (!isTrusted(from.get().getAddress())) {
        return result;
      }
    }
    return result;
  }

  /** One step of the way, empty where nothing was told. */
  private record Hop(String from, String scheme, String host) {}

  private static List<Hop> forwarded(Request request) {
    return request.fields().list(FieldNames.FORWARDED).stream()
        .map(ForwardedFields::forwardedHop)
        .toList();
  }

  private static List<Hop> byCustom(Request request) {
    String scheme = last(request.fields().list(FieldNames.X_FORWARDED_PROTO));
    String host = last(request.fields().list(FieldNames.X_FORWARDED_HOST));
    return request.fields().list(FieldNames.X_FORWARDED_FOR).stream()
        .map(from -> new Hop(from, scheme, host))
        .toList();
  }

  private static String last(List<String> values) {
    return values.isEmpty() ? "" : values.getLast();
  }

  private static Hop forwardedHop(String element) {
    String from = "";
    String scheme = "";
    String host = "";
    for (String pair : element.split(";", -1)) {
      int equals = pair.indexOf('=');
      String value = equals < 0 ? "" : unquote(pair.substring(equals + 1).strip());
      switch (equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT)) {
        case "for" -> from = value;
        case "proto" -> scheme = value;
        case "host" -> host = value;
        default -> {}
      }
    }
    return new Hop(from, scheme, host);
  }

  private static String unquote(String value) {
    return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  private static boolean isPlainHost(String host) {
    return !host.isEmpty()
        && host.chars().allMatch(c -> Character.isLetterOrDigit(c) || ".-:[]".indexOf(c) >= 0);
  }

  /**
   * An IP literal with or without a port; none for names and obfuscated identifiers. Never asks a
   * name server.
   */
  private static Optional<InetSocketAddress> address(String text) {
    String host = text;
    int port = 0;
    int bracket = text.indexOf(']');
    int colon = text.lastIndexOf(':');
    if (text.startsWith("[") && bracket > 0) {
      host = text.substring(1, bracket);
    } else if (colon > 0 && text.indexOf(':') == colon) {
      host = text.substring(0, colon);
    }
    try {
      if (colon > bracket && text.length() - colon <= 6 && !host.equals(text)) {
        port = Integer.parseInt(text.substring(colon + 1));
      }
      return port < 0 || port > 65535
          ? Optional.empty()
          : Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), port));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private boolean isTrusted(InetAddress address) {
    return Cidr.anyContains(trusted, address);
  }

  private record ForwardedExchange(Exchange inner, InetSocketAddress remote) implements Exchange {
    @Override
    public InetSocketAddress local() {
      return inner.local();
    }

    @Override
    public Optional<SSLSession> tls() {
      return inner.tls();
    }

    @Override
    public void inform(Response interim) throws IOException {
      inner.inform(interim);
    }

    @Override
    public Scope whenGone(Runnable task) {
      return inner.whenGone(task);
    }
  }
}
