package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.RRType;
import io.l7.dns.service.ClientLimit;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.service.ServiceCounters;
import io.l7.dns.service.ServiceLimits;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many queries: bounds hold and others are served. */
@Timeout(90)
class FloodTest extends ForwardingStage {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  private static final int FLOOD = 3_000;

  private final Metrics metrics = new Metrics();

  private DnsServerBuilder builder() {
    return DnsServer.builder().listen(ANY).metrics(metrics).recursive(resolver);
  }

  private long count(String name) {
    return metrics.counter(name, "").value();
  }

  @Test
  void randomNamesOfADeadZoneAreShedAndGoodOnesAnsweredMeanwhile() throws Exception {
    int bound = 200;
    var limits = ServiceLimits.defaults().withDatagramsInFlight(bound);
    try (DnsServer server = builder().limits(limits).start();
        var flood = new Questions.Client(server.address());
        var good = new Questions.Client(server.address())) {
      Message cached = Questions.query("www.example", RRType.A, 1);
      assertThat(good.ask(cached).answer()).hasSize(1);
      int prompt = 0;
      for (int i = 0; i < FLOOD; i++) {
        flood.send(MessageWriter.write(Questions.query("x" + i + ".dead", RRType.A, i & 0xffff)));
        if (i % 100 == 99) {
          long start = System.nanoTime();
          assertThat(good.ask(cached.withId(i)).answer()).hasSize(1);
          prompt += System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1) ? 1 : 0;
        }
      }
      // one of them may meet a pause of the machine, which is no fault of the flood's
      assertThat(prompt).as("good answers within a second, of 30").isGreaterThan(25);
      // Those that come once the zone's server is known to be silent fail at once; the others have
      // no place. How many there are of each is a matter of pace.
      assertThat(count("l7_dns_shed_total")).isPositive();
      assertThat(count("l7_dns_shed_total") + failed())
          .as("shed or failed at once")
          .isGreaterThanOrEqualTo(FLOOD - bound);
    }
  }

  private long failed() {
    return metrics.counter("l7_dns_answers_total", "", "rcode", "SERVFAIL").value();
  }

  @Test
  void aClientThatAsksTooMuchIsDropped() throws Exception {
    try (DnsServer server = builder().clientLimit(new ClientLimit(20)).start();
        var client = new Questions.Client(server.address())) {
      byte[] query = MessageWriter.write(Questions.query("www.example", RRType.A, 1));
      for (int i = 0; i < 500; i++) {
        client.send(query);
      }
      int answers = 0;
      while (client.next(300).isPresent()) {
        answers++;
      }
      assertThat(answers).isBetween(20, 60); // the flood may touch three seconds
      assertThat(count("l7_dns_client_limited_total")).isEqualTo(500 - answers);
    }
  }

  @Test
  @Spec("RFC 7873 §6")
  void reflectionIsBoundedAndAClientWithACookieIsUnaffected() throws Exception {
    try (DnsServer server = builder().rateLimit(new RateLimit(10)).start();
        var victim = new Questions.Client(server.address());
        var proven = new Questions.Client(server.address())) {
      Message query = Questions.query("www.example", RRType.A, 1);
      byte[] mine = {8, 7, 6, 5, 4, 3, 2, 1};
      byte[] cookie =
          proven
              .ask(withCookie(query, mine))
              .edns()
              .orElseThrow()
              .option(EdnsOption.COOKIE)
              .orElseThrow()
              .data();
      byte[] wire = MessageWriter.write(query);
      for (int i = 0; i < 1_000; i++) {
        victim.send(wire);
      }
      for (int i = 0; i < 100; i++) {
        assertThat(proven.ask(withCookie(query.withId(i), cookie)).answer()).hasSize(1);
      }
      long octets = 0;
      int truncated = 0;
      for (var answer = victim.next(300); answer.isPresent(); answer = victim.next(300)) {
        octets += answer.get().length;
        truncated += MessageReader.read(answer.get()).has(Flag.TC) ? 1 : 0;
      }
      assertThat(truncated).isPositive();
      assertThat((double) octets / (1_000L * wire.length))
          .as("octets out for one in")
          .isLessThan(0.5);
    }
  }

  private static Message withCookie(Message query, byte[] cookie) {
    return query.withEdns(Edns.ofSize(1232).withOption(new EdnsOption(EdnsOption.COOKIE, cookie)));
  }

  @Test
  void noQueryIsLostWhileSettingsAreReloaded() throws Exception {
    try (DnsServer server = builder().start();
        var client = new Questions.Client(server.address())) {
      var done = new AtomicBoolean();
      var reloads =
          CompletableFuture.supplyAsync(
              () -> {
                int count = 0;
                while (!done.get()) {
                  var next = Resolver.builder().forward(upstream.at()).cache(resolver.cache());
                  server.reload(java.util.Optional.of(next.build()), ServiceConfig.defaults());
                  count++;
                }
                return count;
              });
      for (int i = 0; i < 300; i++) {
        Message query = Questions.query("host" + i % 30 + ".example", RRType.A, i);
        assertThat(client.ask(query).answer()).as("query %s", i).hasSize(1);
      }
      done.set(true);
      assertThat(reloads.get(20, TimeUnit.SECONDS)).isPositive();
      assertThat(upstream.asked.get()).as("the cache lives on").isLessThan(100);
    }
  }

  @Test
  void aDiskThatWasFullCostsNoLineThatComesAfter() throws Exception {
    var full = new AtomicBoolean(true);
    var tries = new Semaphore(0);
    var disk = new StringWriter();
    var out =
        new FilterWriter(disk) {
          @Override
          public void write(String text, int from, int count) throws IOException {
            if (count == 0) {
              return;
            }
            tries.release();
            if (full.get()) {
              throw new IOException("No space left on device");
            }
            super.write(text, from, count);
          }
        };
    try (var log = QueryLog.to(out, QueryLog.Form.TEXT, InstantSource.system(), metrics);
        DnsServer server = builder().queryLog(log).start();
        var client = new Questions.Client(server.address())) {
      client.ask(Questions.query("www.example", RRType.A, 1));
      tries.acquire();
      full.set(false);
      client.ask(Questions.query("www.example", RRType.AAAA, 2));
    }
    assertThat(disk.toString()).contains("IN AAAA");
  }

  @Test
  void anAnswerThatCannotBeReadCostsItsLineAlone() throws Exception {
    var text = new StringWriter();
    try (var log = QueryLog.to(text, QueryLog.Form.TEXT, InstantSource.system(), metrics);
        DnsServer server = builder().queryLog(log).start();
        var client = new Questions.Client(server.address())) {
      log.record(
          ServiceCounters.Channel.UDP, server.address(), new byte[] {1, 2, 3}, 3, 0); // our fault
      client.ask(Questions.query("www.example", RRType.A, 1));
    }
    assertThat(text.toString().lines()).hasSize(1);
  }

  @Test
  void theQueryLogHasALineForEachAnswer() throws Exception {
    var text = new StringWriter();
    var json = new StringWriter();
    for (var form : QueryLog.Form.values()) {
      var out = form == QueryLog.Form.TEXT ? text : json;
      try (var log = QueryLog.to(out, form, InstantSource.system(), metrics);
          DnsServer server = builder().queryLog(log).start();
          var client = new Questions.Client(server.address())) {
        for (int i = 0; i < 3; i++) {
          var answer = client.ask(Questions.query("www.example", RRType.A, i));
          assertThat(answer.answer()).hasSize(1);
        }
      }
    }
    assertThat(text.toString().lines())
        .hasSize(3)
        .allMatch(
            line ->
                line.matches(
                    "\\S+Z 127\\.0\\.0\\.1:\\d+ udp www\\.example\\. IN A NOERROR 56"
                        + " \\d+\\.\\d{3}"));
    assertThat(json.toString().lines())
        .hasSize(3)
        .allMatch(line -> line.contains("\"name\":\"www.example.\"") && line.contains("\"udp\""));
  }
}
