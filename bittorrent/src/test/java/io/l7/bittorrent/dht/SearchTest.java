package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A search among nodes that say whatever they are told to, in virtual time. */
class SearchTest {
  private final SimulatedDht network = new SimulatedDht(Seeded.random("search"));
  private final InetSocketAddress here = new InetSocketAddress("11.1.1.1", 5_000);
  private final DhtNode node = network.add(here, DhtLimits.DEFAULT, Krpc.Standing.FULL);
  private final InfoHash hash = InfoHash.of(NodeId.random(network.random).bytes());

  /** A node that answers under an id with a token and names others, and hears announces. */
  private final class Actor {
    final InetSocketAddress address;
    NodeId id;
    BString token = BString.of("token");
    List<NodeContact> names = List.of();
    final List<Call.AnnouncePeer> announces = new ArrayList<>();
    Duration pause = Duration.ZERO;

    Actor(String host) {
      address = new InetSocketAddress(host, 4_000);
      id = SecureIds.at(address.getAddress(), network.random);
      network.strangers.put(
          address, (datagram, from) -> network.time.after(pause, () -> hear(datagram, from)));
    }

    NodeContact contact() {
      return new NodeContact(id, address);
    }

    private void hear(byte[] datagram, InetSocketAddress from) {
      try {
        if (KrpcReader.read(datagram) instanceof Krpc.Query query) {
          if (query.call() instanceof Call.AnnouncePeer announce) {
            announces.add(announce);
          }
          var answer =
              new Krpc.Response(
                  query.transaction(),
                  id,
                  names,
                  List.of(),
                  List.of(),
                  Optional.of(token),
                  Optional.empty());
          network.send(KrpcWriter.write(answer), address, from);
        }
      } catch (KrpcException e) {
        throw new AssertionError(e);
      }
    }
  }

  private List<DhtSearch.End> search(Actor through, Duration time) {
    node.start(List.of(through.address));
    network.time.advance(Duration.ofSeconds(10));
    var ends = new ArrayList<DhtSearch.End>();
    node.search(new DhtSearch(hash, Optional.of(6_881), _ -> {}, ends::add));
    network.time.advance(time);
    return ends;
  }

  @Test
  @Spec("BEP 5")
  void whoAnswersUnderTheIdOfAnotherDoesNotChangeTheTokenWeHaveOfThatOne() {
    var honest = new Actor("12.1.1.1");
    var thief = new Actor("13.1.1.1");
    honest.names = List.of(thief.contact());
    honest.token = BString.of("right");
    thief.token = BString.of("wrong");
    thief.id = honest.id;
    var ends = search(honest, Duration.ofSeconds(20));
    assertThat(ends).hasSize(1);
    assertThat(honest.announces).extracting(Call.AnnouncePeer::token).contains(honest.token);
    assertThat(honest.announces).extracting(Call.AnnouncePeer::token).doesNotContain(thief.token);
  }

  /** As where we listen on every address: none of them is known to be ours. */
  @Test
  void weAreNotAmongTheNearestNorAnnouncedToOurselves() {
    var honest = new Actor("12.1.1.1");
    var mirror = new InetSocketAddress("14.1.1.1", 5_000);
    network.strangers.put(
        mirror,
        (datagram, from) -> {
          try {
            if (KrpcReader.read(datagram) instanceof Krpc.Query query) {
              var answer =
                  new Krpc.Response(
                      query.transaction(),
                      node.id(),
                      List.of(),
                      List.of(),
                      List.of(),
                      Optional.of(BString.of("own")),
                      Optional.empty());
              network.send(KrpcWriter.write(answer), mirror, from);
            }
          } catch (KrpcException e) {
            throw new AssertionError(e);
          }
        });
    honest.names = List.of(new NodeContact(NodeId.random(network.random), mirror));
    var end = search(honest, Duration.ofSeconds(20)).getFirst();
    assertThat(end.nearest()).containsExactly(honest.contact());
    assertThat(end.answered()).isEqualTo(1);
    assertThat(end.announced()).isEqualTo(1);
  }

  @Test
  void searchesEndWhereTheyStandWhenTheNodeIsClosed() {
    var slow = new Actor("12.1.1.1");
    assertThat(search(slow, Duration.ofSeconds(20))).hasSize(1);
    slow.pause = Duration.ofHours(1);
    var ends = new ArrayList<DhtSearch.End>();
    int many = DhtLimits.DEFAULT.lookups() + 1; // one waits for a place
    for (int i = 0; i < many; i++) {
      node.search(new DhtSearch(hash, Optional.empty(), _ -> {}, ends::add));
    }
    network.time.advance(Duration.ofMillis(500));
    assertThat(ends).isEmpty();
    node.close();
    assertThat(ends).hasSize(many);
    node.search(new DhtSearch(hash, Optional.empty(), _ -> {}, ends::add));
    assertThat(ends).hasSize(many + 1).last().isEqualTo(DhtSearch.End.NOBODY);
  }

  @Test
  void aTokenThatWouldMakeADatagramOfMoreThanWeSendIsNotSentBack() {
    var honest = new Actor("12.1.1.1");
    honest.token = BString.of(new byte[1_600]);
    var largest = new int[1];
    var hears = Objects.requireNonNull(network.strangers.get(honest.address));
    network.strangers.put(
        honest.address,
        (datagram, from) -> {
          largest[0] = Math.max(largest[0], datagram.length);
          hears.received(datagram, from);
        });
    assertThat(search(honest, Duration.ofSeconds(20))).hasSize(1);
    assertThat(largest[0]).isBetween(1, DhtLimits.DEFAULT.packet());
    assertThat(honest.announces).isEmpty();
  }

  @Test
  void aSearchThatIsEndedTellsWhatItHasAndNothingLater() {
    var quick = new Actor("12.1.1.1");
    var slow = new Actor("13.1.1.1");
    quick.names = List.of(slow.contact());
    slow.pause = Duration.ofMillis(900);
    node.start(List.of(quick.address));
    network.time.advance(Duration.ofMillis(250));
    var ends = new ArrayList<DhtSearch.End>();
    var search = new DhtSearch(hash, Optional.empty(), _ -> {}, ends::add);
    network.time.advance(Duration.ofSeconds(10));
    node.search(search);
    network.time.advance(Duration.ofMillis(500));
    assertThat(ends).isEmpty();
    node.end(search);
    assertThat(ends).hasSize(1);
    assertThat(ends.getFirst().nearest()).containsExactly(quick.contact());
    network.time.advance(Duration.ofSeconds(10));
    node.end(search);
    assertThat(ends).hasSize(1);
  }

  @Test
  void twoSearchesThatLookForTheSameEndEach() {
    var slow = new Actor("12.1.1.1");
    assertThat(search(slow, Duration.ofSeconds(20))).hasSize(1);
    slow.pause = Duration.ofHours(1);
    var ends = new ArrayList<DhtSearch.End>();
    Consumer<DhtSearch.End> listener = ends::add;
    Consumer<List<InetSocketAddress>> nobody = _ -> {};
    for (int i = 0; i < 2; i++) {
      node.search(new DhtSearch(hash, Optional.empty(), nobody, listener));
    }
    network.time.advance(Duration.ofMillis(500));
    node.close();
    assertThat(ends).hasSize(2);
  }
}
