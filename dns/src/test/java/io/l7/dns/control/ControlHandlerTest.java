package io.l7.dns.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the keeper of a server can ask of it over HTTP, and who may not. */
@Timeout(30)
class ControlHandlerTest {
  private static final long NOW = 1_000;

  private final DnsCache cache = new DnsCache(CacheLimits.defaults());
  private final AtomicReference<Optional<DnsCache>> shown =
      new AtomicReference<>(Optional.of(cache));
  private final AtomicInteger reloads = new AtomicInteger();
  private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());
  private HttpServer server;
  private HttpClient client;

  @BeforeEach
  void start() throws IOException {
    var view =
        new ControlHandler.DnsCacheView() {
          @Override
          public Optional<DnsCache> cache() {
            return shown.get();
          }

          @Override
          public long seconds() {
            return NOW + 60;
          }
        };
    server =
        HttpServer.builder()
            .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
            .handler(new ControlHandler(view, cache::flush, this::reload))
            .start();
    client = HttpClient.builder().build();
    put("www.example", 300);
    put("mail.example", 300);
    put("www.other", 300);
    Question missing = Question.of(Name.parse("none.example"), RRType.A);
    cache.put(
        missing,
        Response.of(Rcode.NXDOMAIN, List.of(), List.of(soa()), List.of())
            .withSecurity(Security.INSECURE),
        NOW);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private void put(String name, long ttl) {
    var data = List.of(Rdata.address(InetAddress.ofLiteral("192.0.2.1")));
    cache.put(
        RRset.of(Name.parse(name), RRType.A, ttl, data),
        Credibility.AUTHORITATIVE_ANSWER,
        Security.SECURE,
        NOW);
  }

  private static RRset soa() {
    var record =
        RecordText.parseRecord("example. 300 SOA ns.example. h.example. 1 2 3 4 300", Name.ROOT, 0);
    return RRset.of(record.owner(), RRType.SOA, 300, List.of(record.rdata()));
  }

  private void reload() throws IOException {
    if (trouble.get().isPresent()) {
      throw new IOException(trouble.get().get());
    }
    reloads.incrementAndGet();
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
  }

  private record Said(Status status, String text) {}

  private Said send(Request request) throws Exception {
    var response = client.send(request);
    return new Said(
        response.status(),
        new String(response.body().bytes(65_536), java.nio.charset.StandardCharsets.UTF_8));
  }

  private Said send(Method method, String path) throws Exception {
    return send(Request.of(method, at(path)));
  }

  private String dump(String name) throws Exception {
    Said said = send(Method.GET, "/cache?name=" + name);
    assertThat(said.status).isEqualTo(Status.OK);
    return said.text;
  }

  @Test
  void theCacheIsListedAsZoneTextWithItsTimesCountedDown() throws Exception {
    assertThat(dump("."))
        .contains("; authoritative_answer, secure\nmail.example.\t240\tIN\tA\t192.0.2.1\n")
        .contains("www.example.\t240\tIN\tA\t192.0.2.1\n")
        .contains("www.other.");
    assertThat(dump("example")).contains("mail.example.").doesNotContain("www.other.");
    assertThat(dump("nothing")).isEmpty();
  }

  @Test
  void answersAndWhatIsKnownNotToBeAreListedToo() throws Exception {
    Question question = Question.of(Name.parse("answer.example"), RRType.A);
    var data = List.of(Rdata.address(InetAddress.ofLiteral("192.0.2.7")));
    cache.put(
        question,
        Response.of(
                Rcode.NOERROR,
                List.of(RRset.of(question.name(), RRType.A, 300, data)),
                List.of(),
                List.of())
            .withSecurity(Security.SECURE),
        NOW);
    assertThat(dump("example"))
        .contains("; answer, secure\nanswer.example.\t240\tIN\tA\t192.0.2.7\n")
        .contains("; NXDOMAIN, insecure: none.example. A 240\n");
  }

  @Test
  void aNameASubtreeOrWhatIsNegativeIsFlushed() throws Exception {
    assertThat(send(Method.DELETE, "/cache?name=www.example").text).isEqualTo("flushed 1\n");
    assertThat(dump("example")).contains("mail.example.").doesNotContain("www.example.");
    assertThat(send(Method.DELETE, "/cache?name=example&scope=negative").text)
        .isEqualTo("flushed 1\n");
    assertThat(dump("example")).contains("mail.example.");
    assertThat(send(Method.DELETE, "/cache?name=.&scope=subtree").text).isEqualTo("flushed 2\n");
    assertThat(dump(".")).isEmpty();
  }

  @Test
  void aReloadThatFailsSaysWhyAndThatNothingChanged() throws Exception {
    assertThat(send(Method.POST, "/reload").text).isEqualTo("reloaded\n");
    assertThat(reloads.get()).isEqualTo(1);
    trouble.set(Optional.of("hints: no such file"));
    Said said = send(Method.POST, "/reload");
    assertThat(said.status).isEqualTo(Status.INTERNAL_SERVER_ERROR);
    assertThat(said.text).contains("not reloaded, the old settings stay: hints: no such file");
    assertThat(reloads.get()).isEqualTo(1);
  }

  @Test
  void aServerThatDoesNotResolveSaysSo() throws Exception {
    shown.set(Optional.empty());
    assertThat(dump(".")).isEqualTo("; no cache: this server does not resolve\n");
  }

  @Test
  void whatIsNotThereOrNotSensibleIsRefused() throws Exception {
    assertThat(send(Method.GET, "/").status).isEqualTo(Status.NOT_FOUND);
    assertThat(send(Method.GET, "/reload").status).isEqualTo(Status.NOT_FOUND);
    assertThat(send(Method.DELETE, "/cache?name=a..b").status).isEqualTo(Status.BAD_REQUEST);
    assertThat(send(Method.DELETE, "/cache?name=example&scope=all").status)
        .isEqualTo(Status.BAD_REQUEST);
    assertThat(dump(".")).contains("www.example.");
  }

  @Test
  void noPageInABrowserCommandsIt() throws Exception {
    // Another page's script sends its origin; a name that was made to point here sends that name.
    Request foreign = Request.of(Method.DELETE, at("/cache?name=.&scope=subtree"));
    assertThat(send(foreign.with("origin", "https://evil.example")).status)
        .isEqualTo(Status.FORBIDDEN);
    assertThat(send(foreign.with("host", "rebound.example")).status).isEqualTo(Status.FORBIDDEN);
    assertThat(dump(".")).contains("www.example.");
  }
}
