package io.l7.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneStore;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Primaries that know no IXFR, do it wrong, or put one record into a message. */
@Timeout(30)
class OddPrimaryTest {
  private static final Name TEST = Name.parse("test.");
  private final LinkedBlockingQueue<Zone> served = new LinkedBlockingQueue<>();
  private final List<RRType> asked = new ArrayList<>();
  private final List<Secondary.Transferred> looks = new CopyOnWriteArrayList<>();
  private TransferLimits limits = TransferLimits.defaults();
  private volatile Zone zone = ZoneText.parse("test.", "www A 192.0.2.80\n");
  private volatile Incremental incremental = (query, have) -> List.of(all());

  /** What a primary says to IXFR: the answer sections of its messages. */
  private interface Incremental {
    List<List<ResourceRecord>> answer(Message query, long have);
  }

  private List<ResourceRecord> all() {
    var records = new ArrayList<ResourceRecord>();
    records.addAll(zone.soaSet().records());
    for (var sets = zone.iterator(); sets.hasNext(); ) {
      RRset set = sets.next();
      if (!set.type().equals(RRType.SOA)) {
        records.addAll(set.records());
      }
    }
    records.addAll(zone.soaSet().records());
    return records;
  }

  private void next() {
    var edit = zone.edit();
    edit.add(
        ResourceRecord.of(
            Name.parse("new" + zone.serial() + ".test."),
            RRType.A,
            60,
            Rdata.of(new byte[] {10, 0, 0, 1})));
    edit.serial(zone.serial() + 1);
    zone = edit.zone();
  }

  private void serve(Connection client) throws IOException {
    Message query;
    try {
      query = MessageReader.read(client.in().frame16().orElseThrow());
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
    var type = query.questions().getFirst().type();
    synchronized (asked) {
      asked.add(type);
    }
    var answers = type.equals(RRType.AXFR) ? List.of(all()) : incremental.answer(query, 7);
    var rcode = answers.isEmpty() ? Rcode.NOTIMP : Rcode.NOERROR;
    for (var records : answers.isEmpty() ? List.of(List.<ResourceRecord>of()) : answers) {
      byte[] wire =
          MessageWriter.write(
              Message.responseTo(query, rcode).withSections(records, List.of(), List.of()));
      client.out().frame16(wire, 0, wire.length);
    }
    client.out().flush();
  }

  private Secondary secondary(TcpServer primary, Secondary.Keeper keeper) {
    var secondary =
        new Secondary(
            TEST,
            List.of(new Endpoint("127.0.0.1", primary.address().getPort())),
            Optional.empty(),
            new ZoneStore(),
            Dialer.over(Network.real()),
            Scheduler.real(),
            limits,
            keeper,
            new Random(1));
    secondary.onChange(served::add);
    secondary.onTransfer(looks::add);
    return secondary;
  }

  private TcpServer primary() throws IOException {
    return TcpServer.named("primary")
        .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
        .start(this::serve);
  }

  private void follows(Secondary.Keeper keeper) throws Exception {
    try (var primary = primary();
        var secondary = secondary(primary, keeper)) {
      secondary.start();
      assertThat(served.poll(10, TimeUnit.SECONDS)).isNotNull();
      next();
      secondary.notified(InetAddress.ofLiteral("127.0.0.1"), Optional.empty(), Optional.empty());
      assertThat(served.poll(10, TimeUnit.SECONDS))
          .isNotNull()
          .satisfies(
              z ->
                  assertThat(ZoneDelta.between(z, zone).size())
                      .as("two SOA records and nothing else")
                      .isEqualTo(2));
    }
  }

  @Test
  @Spec("RFC 1995 §4")
  void whoKnowsNoDifferencesIsAskedForTheWhole() throws Exception {
    incremental = (query, have) -> List.of();
    follows(z -> {});
    assertThat(asked).containsExactly(RRType.AXFR, RRType.IXFR, RRType.AXFR);
  }

  @Test
  @Spec("RFC 1995 §4")
  void endlessDifferencesAreGivenUpForTheWhole() throws Exception {
    limits = limits.withDifferenceOctets(20_000);
    incremental =
        (query, have) -> {
          var messages = new ArrayList<List<ResourceRecord>>();
          messages.add(zone.soaSet().records());
          messages.add(ZoneText.parse("test.", "").soaSet().records()); // serial 7: what goes
          for (int i = 0; i < 1_000; i++) {
            var host = Name.parse("h" + i + ".test.");
            messages.add(
                List.of(ResourceRecord.of(host, RRType.A, 60, Rdata.of(new byte[] {1, 2, 3, 4}))));
          }
          return messages;
        };
    follows(z -> {});
    assertThat(asked).containsExactly(RRType.AXFR, RRType.IXFR, RRType.AXFR);
    assertThat(looks).contains(Secondary.Transferred.TOO_LARGE);
  }

  @Test
  void differencesJustBelowTheBoundAreTaken() throws Exception {
    limits = limits.withDifferenceOctets(400);
    incremental =
        (query, have) -> {
          var delta = ZoneDelta.between(ZoneText.parse("test.", "www A 192.0.2.80\n"), zone);
          var records = new ArrayList<>(zone.soaSet().records());
          records.addAll(delta.removed());
          records.addAll(delta.added());
          records.addAll(zone.soaSet().records());
          return List.of(records);
        };
    follows(z -> {});
    assertThat(asked).containsExactly(RRType.AXFR, RRType.IXFR);
    assertThat(looks).doesNotContain(Secondary.Transferred.TOO_LARGE);
  }

  @Test
  @Spec("RFC 5936 §2.2")
  void oneRecordAMessageIsATransferToo() throws Exception {
    incremental = (query, have) -> all().stream().map(List::of).toList();
    follows(z -> {});
    assertThat(asked).containsExactly(RRType.AXFR, RRType.IXFR);
  }

  @Test
  void differencesFromAnotherZoneAreNotTaken() throws Exception {
    incremental =
        (query, have) -> {
          var before = ZoneText.parse("test.", "other A 192.0.2.80\n"); // serial 7, too
          var delta = ZoneDelta.between(before, zone);
          var records = new ArrayList<>(zone.soaSet().records());
          records.addAll(delta.removed());
          records.addAll(delta.added());
          records.addAll(zone.soaSet().records());
          return List.of(records);
        };
    follows(z -> {});
    assertThat(asked).containsExactly(RRType.AXFR, RRType.IXFR, RRType.AXFR);
  }

  @Test
  void aCopyThatCannotBeTouchedIsKeptAnewAndServedOn() throws Exception {
    var kept = new CountDownLatch(2);
    Secondary.Keeper gone =
        new Secondary.Keeper() {
          @Override
          public void keep(Zone z) {
            kept.countDown();
          }

          @Override
          public void confirmed() throws IOException {
            throw new NoSuchFileException("somebody removed it");
          }
        };
    incremental = (query, have) -> List.of(zone.soaSet().records());
    try (var primary = primary();
        var secondary = secondary(primary, gone)) {
      secondary.start();
      assertThat(served.poll(10, TimeUnit.SECONDS)).isNotNull();
      secondary.notified(InetAddress.ofLiteral("127.0.0.1"), Optional.empty(), Optional.empty());
      assertThat(kept.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }
}
