package io.l7.bittorrent.webseed;

import io.l7.bittorrent.announce.ForeignUrl;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.common.net.Dialer;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientException;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.Decoding;
import io.l7.http.message.FieldNames;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Asks web seeds for ranges of files, over kept connections. Redirects are followed here, each
 * judged as a tracker's are. Safe for all threads; each call blocks its own.
 */
public final class WebSeedClient implements AutoCloseable {
  private final HttpClient http;

  /** For URLs with a query, which on a local address could be a command: reaches none. */
  private final HttpClient far;

  private final WebSeedLimits limits;

  /** A client over this dialer. */
  public WebSeedClient(Dialer dialer, WebSeedLimits limits) {
    this.limits = limits;
    this.http = client(dialer, limits);
    this.far = client(dialer.names(host -> far(host, dialer.names().resolve(host))), limits);
  }

  private static HttpClient client(Dialer dialer, WebSeedLimits limits) {
    return HttpClient.builder()
        .dialer(dialer)
        .redirects(0)
        .decoding(Decoding.NONE)
        .timeouts(
            ClientTimeouts.defaults()
                .connect(limits.connect())
                .tls(limits.connect())
                .firstByte(limits.silence())
                .bodyIdle(limits.silence()))
        .userAgent("L7/0.1")
        .build();
  }

  /** A name must not lead where its URL would be refused with the address in its place. */
  private static List<InetAddress> far(String host, List<InetAddress> addresses)
      throws UnknownHostException {
    if (addresses.stream().anyMatch(ForeignUrl::isLocal)) {
      throw new LocalName(host);
    }
    return addresses;
  }

  /** A name of this machine or its network, where none is wanted. */
  private static final class LocalName extends UnknownHostException {
    private static final long serialVersionUID = 1L;

    LocalName(String host) {
      super(host + " is a local address: a web seed there must have no query");
    }
  }

  /** What all users of it go by. */
  public WebSeedLimits limits() {
    return limits;
  }

  /**
   * One part of one file.
   *
   * @param number of the file within the torrent, from 0
   * @param file which
   * @param from first byte, from 0
   * @param length in bytes, at least 1
   */
  record Part(int number, TorrentFile file, long from, long length) {
    long last() {
      return from + length - 1;
    }

    boolean isWhole() {
      return from == 0 && length == file.length();
    }
  }

  /** The bytes of a part; exactly so many, or the stream fails. */
  InputStream open(SeedUrl seed, Part part) throws WebSeedFault {
    try {
      var uri = seed.of(part.file());
      if (uri.isEmpty()) {
        throw new WebSeedFault.Missing(part.number(), "a name that no server can have");
      }
      var response = send(uri.get(), part);
      try {
        return content(response, part);
      } catch (WebSeedFault | RuntimeException e) {
        response.body().close();
        throw e;
      }
    } catch (WebSeedFault e) {
      throw e;
    } catch (ClientException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof LocalName local) {
          throw new WebSeedFault.Refused(ClientException.words(local), local);
        }
      }
      throw new WebSeedFault.Unavailable(ClientException.words(e), e);
    } catch (IOException e) {
      throw new WebSeedFault.Refused(ClientException.words(e), e);
    }
  }

  private Response send(URI first, Part part) throws IOException {
    var at = first;
    for (int hops = 0; ; hops++) {
      SeedUrl.requireSafe(at);
      var client = at.getRawQuery() == null ? http : far;
      var response =
          client.send(
              Request.get(at.toString())
                  .with(FieldNames.RANGE, "bytes=" + part.from() + "-" + part.last())
                  .with(FieldNames.ACCEPT_ENCODING, "identity"));
      var location = response.field(FieldNames.LOCATION);
      if (response.status().code() / 100 != 3 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      if (hops == limits.redirects()) {
        throw new WebSeedFault.Unavailable(
            "more than " + limits.redirects() + " redirects", Optional.empty());
      }
      at = ForeignUrl.redirect(at, location.get());
    }
  }

  private InputStream content(Response response, Part part) throws IOException {
    int status = response.status().code();
    switch (status) {
      case 206 -> requireRange(response, part);
      case 200 -> requireWhole(part);
      case 401, 403, 404, 410, 451 ->
          throw new WebSeedFault.Missing(part.number(), "answers " + response.status());
      case 416 ->
          throw new WebSeedFault.Untrue("its " + part.file().path() + " is not as long as it is");
      default ->
          throw new WebSeedFault.Unavailable(
              "answers " + response.status(), retryAfter(response, Instant.now()));
    }
    var coding = response.field(FieldNames.CONTENT_ENCODING);
    if (coding.filter(c -> !c.equalsIgnoreCase("identity")).isPresent()) {
      throw new WebSeedFault.Untrue("sends the content encoded as " + coding.get());
    }
    var length = response.body().length();
    if (length.isPresent() && length.getAsLong() != part.length()) {
      throw new WebSeedFault.Untrue(
          "sends " + length.getAsLong() + " bytes for " + part.length() + " it was asked for");
    }
    return response.body().open();
  }

  /** RFC 9110 §15.3.7.1: a 206 says which range it holds, and of how much. */
  private static void requireRange(Response response, Part part) throws WebSeedFault {
    var said = response.field(FieldNames.CONTENT_RANGE).orElse("none");
    var range = "bytes " + part.from() + "-" + part.last() + "/";
    if (!said.equals(range + part.file().length()) && !said.equals(range + "*")) {
      throw new WebSeedFault.Untrue(
          "was asked for " + range + part.file().length() + ", and answers " + said);
    }
  }

  /** RFC 9110 §14.2: a server may pass over Range; it is of use where the whole was wanted. */
  private static void requireWhole(Part part) throws WebSeedFault {
    if (!part.isWhole()) {
      throw new WebSeedFault.Untrue("answers with the whole file to a request for a range");
    }
  }

  private static Optional<Duration> retryAfter(Response response, Instant now) {
    return response
        .field(FieldNames.RETRY_AFTER)
        .map(String::strip)
        .flatMap(
            value ->
                value.matches("\\d{1,9}")
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
                    : HttpDate.parse(value, now).map(then -> Duration.between(now, then)))
        .filter(pause -> !pause.isNegative());
  }

  @Override
  public void close() {
    http.close();
    far.close();
  }
}
