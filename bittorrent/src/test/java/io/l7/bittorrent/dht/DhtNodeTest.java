package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One node among strangers, in virtual time. */
class DhtNodeTest {
  private static final DhtLimits LIMITS = DhtLimits.DEFAULT;
  private static final Duration MOMENT = Duration.ofMillis(250);

  private final SimulatedDht network = new SimulatedDht(Seeded.random("dht node"));
  private final InetSocketAddress here = new InetSocketAddress("11.1.1.1", 5_000);
  private final DhtNode node = network.add(here, LIMITS, Krpc.Standing.FULL);
  private final NodeId id = NodeId.random(network.random);
  private final InfoHash hash = InfoHash.of(NodeId.random(network.random).bytes());

  /** Somebody who says what he is told to, and hears all. */
  private final class Client {
    final InetSocketAddress address;
    final NodeId own;
    final List<Krpc> heard = new ArrayList<>();
    final List<Integer> lengths = new ArrayList<>();
    boolean answers;

    Client(String host, int port) {
      address = new InetSocketAddress(host, port);
      own = SecureIds.at(address.getAddress(), network.random);
      network.strangers.put(address, this::hear);
    }

    private void hear(byte[] datagram, InetSocketAddress from) {
      try {
        var message = KrpcReader.read(datagram);
        heard.add(message);
        lengths.add(datagram.length);
        if (answers && message instanceof Krpc.Query query) {
          network.send(KrpcWriter.write(reply(query, own)), address, from);
        }
      } catch (KrpcException e) {
        throw new AssertionError(e);
      }
    }

    int ask(Call call) {
      return ask(call, Krpc.Standing.FULL);
    }

    int ask(Call call, Krpc.Standing standing) {
      var datagram = KrpcWriter.write(new Krpc.Query(BString.of("q"), own, call, standing));
      network.send(datagram, address, here);
      network.time.advance(MOMENT);
      return datagram.length;
    }

    Krpc.Response response() {
      return (Krpc.Response) last(Krpc.Response.class);
    }

    Krpc.Failure failure() {
      return (Krpc.Failure) last(Krpc.Failure.class);
    }

    private Krpc last(Class<? extends Krpc> kind) {
      return heard.stream().filter(kind::isInstance).reduce((_, b) -> b).orElseThrow();
    }

    List<Krpc> queries() {
      return heard.stream().filter(Krpc.Query.class::isInstance).toList();
    }
  }

  private static Krpc.Response reply(Krpc.Query query, NodeId own) {
    return new Krpc.Response(
        query.transaction(),
        own,
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private BString token(Client client) {
    client.ask(new Call.GetPeers(hash, Set.of()));
    return client.response().token().orElseThrow();
  }

  @Test
  @Spec("BEP 5")
  void aPingIsAnsweredWithOurIdAndWhereItCameFrom() {
    var client = new Client("12.1.1.1", 4_000);
    client.ask(new Call.Ping());
    assertThat(client.response().id()).isEqualTo(node.id());
    assertThat(client.response().transaction()).isEqualTo(BString.of("q"));
    assertThat(client.response().seen()).contains(client.address); // BEP 42
  }

  @Test
  @Spec("BEP 5")
  void whoAsksComesIntoTheTableOnceHeAnswered() {
    var silent = new Client("12.1.1.1", 4_000);
    silent.ask(new Call.Ping());
    assertThat(silent.queries()).hasSize(1);
    assertThat(node.status().nodes()).isZero();
    var real = new Client("13.1.1.1", 4_000);
    real.answers = true;
    real.ask(new Call.Ping());
    network.time.advance(MOMENT);
    assertThat(node.status().nodes()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 43")
  void whoIsReadOnlyIsAnsweredAndNotAskedNorKept() {
    var client = new Client("12.1.1.1", 4_000);
    client.answers = true;
    client.ask(new Call.Ping(), Krpc.Standing.READ_ONLY);
    network.time.advance(MOMENT);
    assertThat(client.response().id()).isEqualTo(node.id());
    assertThat(client.queries()).isEmpty();
    assertThat(node.status().nodes()).isZero();
  }

  @Test
  @Spec("BEP 43")
  void aReadOnlyNodeAsksAndAnswersNobody() {
    var address = new InetSocketAddress("14.1.1.1", 5_000);
    var quiet = network.add(address, LIMITS, Krpc.Standing.READ_ONLY);
    quiet.start(List.of(here));
    network.time.advance(Duration.ofSeconds(2));
    assertThat(quiet.status().nodes()).isEqualTo(1);
    assertThat(node.status().nodes()).isZero();
    long sent = network.sentTo(here);
    node.probe(address);
    network.time.advance(LIMITS.timeout());
    assertThat(network.sentTo(here) - sent).isLessThan(1_000);
    assertThat(node.status().nodes()).isZero();
  }

  @Test
  @Spec("BEP 5")
  void anAnnounceWithItsTokenIsFoundByOthers() {
    var client = new Client("12.1.1.1", 4_000);
    var token = token(client);
    client.ask(new Call.AnnouncePeer(hash, Optional.of(6_881), token));
    client.ask(new Call.AnnouncePeer(hash, Optional.empty(), token)); // implied: the query's port
    var other = new Client("13.1.1.1", 4_000);
    other.ask(new Call.GetPeers(hash, Set.of()));
    assertThat(other.response().peers())
        .containsExactlyInAnyOrder(
            new InetSocketAddress("12.1.1.1", 6_881), new InetSocketAddress("12.1.1.1", 4_000));
  }

  @Test
  @Spec("BEP 5")
  void anAnnounceWithoutAGoodTokenIsRefused() {
    var client = new Client("12.1.1.1", 4_000);
    var other = new Client("13.1.1.1", 4_000);
    var token = token(client);
    other.ask(new Call.AnnouncePeer(hash, Optional.of(6_881), token));
    assertThat(other.failure().code()).isEqualTo(203);
    client.ask(new Call.AnnouncePeer(hash, Optional.of(80), token)); // nobody shall dial there
    assertThat(client.failure().code()).isEqualTo(203);
    network.time.advance(LIMITS.token().multipliedBy(2));
    client.ask(new Call.AnnouncePeer(hash, Optional.of(6_881), token));
    assertThat(client.failure().text()).isEqualTo("bad token");
    assertThat(node.status().peers()).isZero();
  }

  @Test
  void anAnswerToAStrangerIsAtMostFourTimesItsQuery() {
    var crowd = new SimulatedDht(Seeded.random("dht")).grow(60);
    var asked = crowd.nodes.get(20);
    var address = crowd.addressOf(asked);
    var stranger = new InetSocketAddress("12.1.1.1", 4_000);
    crowd.strangers.put(stranger, (_, _) -> {});
    for (int host = 1; host <= 200; host++) {
      var from = new InetSocketAddress("12.2." + host + ".1", 4_000);
      crowd.strangers.put(
          from,
          (datagram, _) -> {
            try {
              if (KrpcReader.read(datagram) instanceof Krpc.Response response
                  && response.token().isPresent()) {
                var announce =
                    new Call.AnnouncePeer(hash, Optional.of(6_881), response.token().get());
                crowd.send(query(announce), from, address);
              }
            } catch (KrpcException e) {
              throw new AssertionError(e);
            }
          });
      crowd.send(query(new Call.GetPeers(hash, Set.of())), from, address);
      crowd.time.advance(MOMENT);
    }
    assertThat(asked.status().peers()).isEqualTo(200);
    for (var call :
        List.of(
            new Call.Ping(),
            new Call.FindNode(id, Set.of()),
            new Call.FindNode(id, EnumSet.allOf(Family.class)),
            new Call.GetPeers(hash, Set.of()))) {
      var query = query(call, Krpc.Standing.READ_ONLY); // or it would be pinged besides
      long before = crowd.sentTo(stranger);
      crowd.send(query, stranger, address);
      crowd.time.advance(MOMENT);
      double times = (double) (crowd.sentTo(stranger) - before) / query.length;
      System.out.printf(
          "%s: %d bytes, answered with %.1f times as many%n", call.method(), query.length, times);
      assertThat(times).isBetween(0.9, 4.0);
    }
  }

  private byte[] query(Call call) {
    return query(call, Krpc.Standing.FULL);
  }

  private byte[] query(Call call, Krpc.Standing standing) {
    return KrpcWriter.write(new Krpc.Query(BString.of("q"), id, call, standing));
  }

  @Test
  void aFloodFromOneSourceIsAnsweredAtItsRateAndOthersAsBefore() {
    var flooder = new Client("12.1.1.1", 4_000);
    for (int i = 0; i < 2_000; i++) {
      network.send(query(new Call.Ping(), Krpc.Standing.READ_ONLY), flooder.address, here);
      network.time.advance(Duration.ofMillis(1));
    }
    var other = new Client("13.1.1.1", 4_000);
    other.ask(new Call.Ping());
    assertThat(other.response().id()).isEqualTo(node.id());
    assertThat(flooder.heard.size()).isBetween(140, 170); // 100 at once, then 25 a second
  }

  @Test
  void aFloodFromForgedSourcesIsAnsweredWithABoundedRateOfBytes() {
    var datagram = query(new Call.GetPeers(hash, Set.of()), Krpc.Standing.READ_ONLY);
    network
        .random
        .ints(20_000)
        .forEach(
            _ -> {
              node.received(datagram, network.somewhere());
            });
    long sent = network.sent().values().stream().mapToLong(Long::longValue).sum();
    assertThat(sent).isLessThanOrEqualTo(LIMITS.answerBytes());
    assertThat(node.status().nodes()).isZero();
    network.time.advance(Duration.ofSeconds(2));
    var other = new Client("113.1.1.1", 4_000);
    other.ask(new Call.Ping());
    assertThat(other.response().id()).isEqualTo(node.id());
  }

  @Test
  void aResponseCountsFromTheAddressThatWasAskedAlone() {
    var client = new Client("12.1.1.1", 4_000);
    node.probe(client.address);
    network.time.advance(MOMENT);
    var query = (Krpc.Query) client.queries().getFirst();
    var answer = KrpcWriter.write(reply(query, client.own));
    network.send(answer, new InetSocketAddress("12.1.1.2", 4_000), here);
    network.send(answer, new InetSocketAddress("12.1.1.1", 4_001), here);
    network.time.advance(MOMENT);
    assertThat(node.status().nodes()).isZero();
    network.send(answer, client.address, here);
    network.time.advance(MOMENT);
    assertThat(node.status().nodes()).isEqualTo(1);
    network.send(answer, client.address, here); // once
    network.time.advance(MOMENT);
    assertThat(network.counters.unasked().value()).isEqualTo(3);
  }

  @Test
  void nothingIsSentToPortsOfSystemServicesNorWhereStrangersPointAtThisMachine() {
    var guide = new InetSocketAddress("12.1.1.1", 4_000);
    var own = SecureIds.at(guide.getAddress(), network.random);
    var traps =
        List.of(
            new InetSocketAddress("15.1.1.1", 53),
            new InetSocketAddress("15.1.1.2", 0),
            new InetSocketAddress("127.0.0.1", 6_379),
            new InetSocketAddress("10.0.0.7", 5_000),
            new InetSocketAddress("224.0.0.1", 5_000),
            new InetSocketAddress("255.255.255.255", 5_000),
            here);
    network.strangers.put(
        guide,
        (datagram, from) -> {
          try {
            if (KrpcReader.read(datagram) instanceof Krpc.Query query) {
              var named = traps.stream().map(t -> new NodeContact(id, t)).toList();
              var answer =
                  new Krpc.Response(
                      query.transaction(),
                      own,
                      named,
                      List.of(),
                      traps,
                      Optional.empty(),
                      Optional.empty());
              network.send(KrpcWriter.write(answer), guide, from);
            }
          } catch (KrpcException e) {
            throw new AssertionError(e);
          }
        });
    node.start(List.of(guide, new InetSocketAddress("16.1.1.1", 80)));
    network.time.advance(Duration.ofSeconds(1));
    var peers = new ArrayList<InetSocketAddress>();
    node.search(new DhtSearch(hash, Optional.empty(), peers::addAll, _ -> {}));
    node.received(query(new Call.Ping()), new InetSocketAddress("17.1.1.1", 19));
    network.time.advance(Duration.ofSeconds(10));
    assertThat(network.sent().keySet()).containsOnly(guide, here);
    assertThat(peers).containsOnly(here);
  }

  @Test
  @Spec("BEP 42")
  void whenManySeeUsElsewhereOurIdFitsThatAddressFromThenOn() {
    var home = new InetSocketAddress("127.0.0.1", 7_000);
    var outside = new InetSocketAddress("99.1.2.3", 7_000);
    var moved = network.add(home, LIMITS, Krpc.Standing.FULL);
    var before = moved.id();
    for (int i = 0; i < 9; i++) {
      var voter = new InetSocketAddress("20." + i + ".1.1", 4_000);
      var own = SecureIds.at(voter.getAddress(), network.random);
      network.strangers.put(
          voter,
          (datagram, from) -> {
            try {
              if (KrpcReader.read(datagram) instanceof Krpc.Query query) {
                var answer =
                    new Krpc.Response(
                        query.transaction(),
                        own,
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.of(outside));
                network.send(KrpcWriter.write(answer), voter, from);
              }
            } catch (KrpcException e) {
              throw new AssertionError(e);
            }
          });
      assertThat(moved.id()).isEqualTo(before);
      moved.probe(voter);
      network.time.advance(Duration.ofSeconds(1));
      if (i == 7) {
        break;
      }
    }
    assertThat(moved.id()).isNotEqualTo(before);
    assertThat(SecureIds.fits(moved.id(), outside.getAddress())).isTrue();
    assertThat(moved.status().nodes()).isEqualTo(8); // who was known still is
  }

  @Test
  @Spec("BEP 32")
  void twoSiblingsTellOfEachOthersNodes() {
    var six = new InetSocketAddress("2001:db8::1", 5_000);
    var sixNode = network.add(six, LIMITS, Krpc.Standing.FULL);
    DhtNode.siblings(node, sixNode);
    var four = new Client("12.1.1.1", 4_000);
    four.answers = true;
    var other = new Client("2001:db8:7::2", 4_000);
    other.answers = true;
    node.probe(four.address);
    sixNode.probe(other.address);
    network.time.advance(Duration.ofSeconds(1));
    var client = new Client("13.1.1.1", 4_000);
    client.ask(new Call.FindNode(id, EnumSet.allOf(Family.class)));
    assertThat(client.response().nodes()).extracting(NodeContact::address).contains(four.address);
    assertThat(client.response().nodes6()).extracting(NodeContact::address).contains(other.address);
    client.ask(new Call.FindNode(id, Set.of()));
    assertThat(client.response().nodes6()).isEmpty();
  }

  @Test
  void aNodeWhoseEntriesAreSilentTriesAgainAndSearchesEndWithNobody() {
    var lonely = network.add();
    var entry = new InetSocketAddress("18.1.1.1", 4_000);
    lonely.start(List.of(entry));
    var ends = new ArrayList<DhtSearch.End>();
    lonely.search(new DhtSearch(hash, Optional.empty(), _ -> {}, ends::add));
    network.time.advance(Duration.ofSeconds(4));
    assertThat(ends).isEmpty(); // it may yet answer
    network.time.advance(Duration.ofSeconds(2));
    assertThat(ends).containsExactly(DhtSearch.End.NOBODY);
    new Client("18.1.1.1", 4_000).answers = true;
    network.time.advance(Duration.ofSeconds(30));
    assertThat(lonely.status().nodes()).isEqualTo(1);
  }
}
