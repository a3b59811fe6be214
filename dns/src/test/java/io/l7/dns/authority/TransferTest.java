package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Cidr;
import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.routing.Router;
import io.l7.dns.transfer.IncomingTransfer;
import io.l7.dns.transfer.Notifier;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.transfer.TransferLimits;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.tsig.TsigAlgorithm;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneStore;
import io.l7.dns.zone.ZoneText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A primary and a secondary of this suite on loopback. */
@Timeout(30)
class TransferTest {
  private static final Name TEST = Name.parse("test.");
  private static final TsigKey KEY =
      new TsigKey(Name.parse("k."), TsigAlgorithm.HMAC_SHA256, new byte[] {1, 2, 3});
  private static final InstantSource CLOCK = InstantSource.system();

  private final LiveZone live =
      new LiveZone(ZoneText.parse("test.", "$GENERATE 1-3000 h$ A 10.0.0.1\n"));
  private DnsServer primary = start(new AccessList(List.of(), Set.of(KEY.name())));
  private Endpoint at = endpoint(primary);

  private DnsServer start(AccessList transfers) {
    var store = new ZoneStore();
    store.add(live);
    var services = new Services(transfers, Router.none(), CLOCK);
    var authority =
        new ZoneAuthority(
            store, services, Keyring.of(List.of(KEY)), AuthorityLimits.defaults(), CLOCK);
    return server(authority);
  }

  private static DnsServer server(Authority authority) {
    try {
      return DnsServer.builder().listen(Endpoint.parse("127.0.0.1:0")).authority(authority).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Endpoint endpoint(DnsServer server) {
    return new Endpoint("127.0.0.1", server.address().getPort());
  }

  @AfterEach
  void close() {
    primary.close();
  }

  private IncomingTransfer.Result transfer(Optional<Zone> have, Optional<TsigKey> key)
      throws IOException {
    try (Connection connection = Dialer.over(Network.real()).dial(at)) {
      return IncomingTransfer.run(
          connection, TEST, have, key, CLOCK, 4711, TransferLimits.defaults());
    }
  }

  private void addHost(int i) {
    var edit = live.zone().edit();
    edit.add(
        ResourceRecord.of(
            Name.parse("new" + i + ".test."),
            RRType.A,
            60,
            Rdata.of(new byte[] {1, 1, 1, (byte) i})));
    edit.serial(live.zone().serial() + 1);
    live.publish(edit.zone(), List.of(edit.delta()));
  }

  @Test
  @Spec("RFC 5936 §2.2")
  void aWholeZoneComesInSeveralSignedMessages() throws IOException {
    var whole = (IncomingTransfer.Result.Whole) transfer(Optional.empty(), Optional.of(KEY));
    assertThat(ZoneDelta.between(whole.zone(), live.zone()).size())
        .as("two SOA records and nothing else")
        .isEqualTo(2);
  }

  @Test
  @Spec("RFC 1995 §4")
  void onlyTheDifferencesComeWhenTheyAreKnown() throws IOException {
    Zone old = live.zone();
    addHost(1);
    addHost(2);
    var step = (IncomingTransfer.Result.Incremental) transfer(Optional.of(old), Optional.of(KEY));
    assertThat(step.deltas()).hasSize(2);
    assertThat(step.zone().set(Name.parse("new2.test."), RRType.A)).isPresent();
    assertThat(transfer(Optional.of(live.zone()), Optional.of(KEY)))
        .isInstanceOf(IncomingTransfer.Result.Current.class);
    live.publish(live.zone()); // as after a reload
    addHost(3);
    assertThat(transfer(Optional.of(old), Optional.of(KEY)))
        .isInstanceOf(IncomingTransfer.Result.Whole.class);
  }

  @Test
  void whoLacksTheKeyGetsNothing() {
    assertThatThrownBy(() -> transfer(Optional.empty(), Optional.empty()))
        .hasMessageContaining("REFUSED");
    var wrong = new TsigKey(KEY.name(), TsigAlgorithm.HMAC_SHA256, new byte[] {9});
    assertThatThrownBy(() -> transfer(Optional.empty(), Optional.of(wrong)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void anAddressMayBeEnough() throws IOException {
    primary.close();
    primary = start(new AccessList(List.of(Cidr.parse("127.0.0.0/8")), Set.of()));
    at = endpoint(primary);
    assertThat(transfer(Optional.empty(), Optional.empty()))
        .isInstanceOf(IncomingTransfer.Result.Whole.class);
  }

  @Test
  void aNotifyIsAnsweredWhileAVersionIsWritten() throws Exception {
    var writing = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    Secondary.Keeper slow =
        zone -> {
          writing.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    var zones = new ZoneStore();
    try (var secondary =
        new Secondary(
            TEST,
            List.of(at),
            Optional.of(KEY),
            zones,
            Dialer.over(Network.real()),
            Scheduler.real(),
            TransferLimits.defaults(),
            slow,
            new Random(1))) {
      secondary.start();
      writing.await();
      var primary = InetAddress.ofLiteral("127.0.0.1");
      var answer =
          CompletableFuture.supplyAsync(
              () -> secondary.notified(primary, Optional.of(KEY), Optional.empty()));
      try {
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(Secondary.Notified.TAKEN);
      } finally {
        goOn.countDown();
      }
    }
  }

  /** A relay in front of the primary that passes on so many octets of answers and then closes. */
  private TcpServer relay(int octets) throws IOException {
    return TcpServer.named("relay")
        .listen(Listener.tcp(Endpoint.parse("127.0.0.1:0")))
        .start(
            client -> {
              try (Connection server = Dialer.over(Network.real()).dial(at)) {
                byte[] query = client.in().frame16().orElseThrow();
                server.out().frame16(query, 0, query.length);
                server.out().flush();
                var buffer = new byte[octets];
                int done = 0;
                while (done < octets) {
                  int count = server.in().read(buffer, done, octets - done);
                  if (count < 0) {
                    break;
                  }
                  done += count;
                }
                client.out().write(buffer, 0, done);
                client.out().flush();
              }
            });
  }

  @Test
  void aTransferThatStopsHalfwayGivesNothing() throws IOException {
    for (int octets : new int[] {0, 1, 100, 20_000, 40_000}) {
      try (TcpServer relay = relay(octets);
          Connection connection = Dialer.over(Network.real()).dial(relay.address())) {
        assertThatThrownBy(
                () ->
                    IncomingTransfer.run(
                        connection,
                        TEST,
                        Optional.empty(),
                        Optional.of(KEY),
                        CLOCK,
                        4711,
                        TransferLimits.defaults()))
            .as("after %s octets", octets)
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  @Spec("RFC 1996 §3")
  void aSecondaryFollowsItsPrimary() throws Exception {
    var store = new ZoneStore();
    var served = new LinkedBlockingQueue<Long>();
    var secondary =
        new Secondary(
            TEST,
            List.of(at),
            Optional.of(KEY),
            store,
            Dialer.over(Network.real()),
            Scheduler.real(),
            TransferLimits.defaults(),
            zone -> {},
            new Random(1));
    secondary.onChange(zone -> served.add(zone.serial()));
    var services = new Services(AccessList.nobody(), Router.none(), CLOCK);
    services.add(secondary);
    var authority =
        new ZoneAuthority(
            store, services, Keyring.of(List.of(KEY)), AuthorityLimits.defaults(), CLOCK);
    try (var server = server(authority)) {
      secondary.start();
      assertThat(served.poll(10, TimeUnit.SECONDS)).isEqualTo(7);
      var notifier =
          new Notifier(List.of(endpoint(server)), Optional.of(KEY), CLOCK, new Random(2));
      live.onPublish(notifier::changed);
      addHost(1);
      assertThat(served.poll(10, TimeUnit.SECONDS)).isEqualTo(8);
      InetAddress home = InetAddress.getLoopbackAddress();
      assertThat(
              secondary.notified(
                  InetAddress.getByName("192.0.2.1"), Optional.of(KEY), Optional.empty()))
          .as("a stranger's NOTIFY")
          .isEqualTo(Secondary.Notified.STRANGER);
      assertThat(secondary.notified(home, Optional.empty(), Optional.of(99L)))
          .as("an unsigned NOTIFY")
          .isEqualTo(Secondary.Notified.STRANGER);
      assertThat(secondary.notified(home, Optional.of(KEY), Optional.of(8L)))
          .as("a stale NOTIFY")
          .isEqualTo(Secondary.Notified.KNOWN);
    } finally {
      secondary.close();
    }
  }

  @Test
  void aVersionThatItsKeeperRefusesIsNotServed() throws Exception {
    var store = new ZoneStore();
    var asked = new CountDownLatch(1);
    var secondary =
        new Secondary(
            TEST,
            List.of(at),
            Optional.of(KEY),
            store,
            Dialer.over(Network.real()),
            Scheduler.real(),
            TransferLimits.defaults(),
            zone -> {
              asked.countDown();
              throw new IOException("ZONEMD does not match");
            },
            new Random(1));
    secondary.start();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    secondary.close();
    assertThat(store.at(TEST)).isEmpty();
  }
}
