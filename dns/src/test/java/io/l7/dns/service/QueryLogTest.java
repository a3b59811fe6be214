package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QueryLogTest {
  /** Notes that it was closed. */
  private static final class Noted extends StringWriter {
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void close() throws IOException {
      super.close();
      closed.countDown();
    }
  }

  private static void record(QueryLog log, String name) {
    var query = Message.query(7, Question.of(Name.parse(name), RRType.A));
    byte[] wire = MessageWriter.write(Message.responseTo(query, Rcode.NOERROR));
    var client = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4711);
    log.record(ServiceCounters.Channel.UDP, client, wire, wire.length, 1_000);
  }

  @Test
  void afterItsFileWasRenamedItGoesOnInANewOne() throws Exception {
    var first = new Noted();
    var second = new Noted();
    var log = QueryLog.to(first, QueryLog.Form.TEXT, InstantSource.system(), new Metrics());
    record(log, "one.example");
    while (!first.toString().contains("one.example.")) {
      Thread.onSpinWait();
    }
    log.switchTo(second);
    first.closed.await();
    record(log, "two.example");
    log.close();
    assertThat(first.toString()).doesNotContain("two.example.");
    assertThat(second.toString()).contains("two.example.").doesNotContain("one.example.");
    assertThat(second.closed.getCount()).isZero();
  }
}
