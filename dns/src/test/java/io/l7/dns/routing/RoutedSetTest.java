package io.l7.dns.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutedSetTest {
  private static boolean allUp(Member member) {
    return !member.rdata().equals(Rdata.EMPTY);
  }

  private static Rdata address(int last) {
    return Rdata.of(new byte[] {10, 0, 0, (byte) last});
  }

  private static Member member(int last, int weight, String... prefers) {
    return new Member(
        address(last),
        weight,
        Optional.empty(),
        List.of(prefers).stream().map(Cidr::parse).toList());
  }

  private static RoutedSet set(Member... members) {
    return new RoutedSet(Name.parse("www.test."), RRType.A, List.of(members));
  }

  private static InetAddress client(String text) throws IOException {
    return InetAddress.getByName(text);
  }

  private static final List<Rdata> ZONE = List.of(address(1), address(2), address(3));

  @Test
  void answersFollowTheWeights() throws IOException {
    var random = Seeded.random("RoutedSet");
    var counts = new HashMap<Rdata, Integer>();
    var set = set(member(1, 1), member(2, 3), member(3, 0));
    for (int i = 0; i < 8_000; i++) {
      counts.merge(
          set.choose(client("192.0.2.1"), RoutedSetTest::allUp, ZONE, random).getFirst(),
          1,
          Integer::sum);
    }
    assertThat(counts.get(address(1))).isBetween(1_800, 2_200);
    assertThat(counts).doesNotContainKey(address(3));
  }

  @Test
  void theLongestPreferredSubnetWins() throws IOException {
    var random = Seeded.random("RoutedSet");
    var set =
        set(
            member(1, 1, "192.0.2.0/24"),
            member(2, 1, "192.0.2.128/25", "2001:db8::/32"),
            member(3, 1));
    assertThat(set.choose(client("192.0.2.5"), RoutedSetTest::allUp, ZONE, random))
        .containsExactly(address(1));
    assertThat(set.choose(client("192.0.2.200"), RoutedSetTest::allUp, ZONE, random))
        .containsExactly(address(2));
    assertThat(set.choose(client("2001:db8::7"), RoutedSetTest::allUp, ZONE, random))
        .containsExactly(address(2));
    assertThat(set.choose(client("198.51.100.1"), RoutedSetTest::allUp, ZONE, random))
        .containsExactly(address(3));
  }

  @Test
  @Spec("RFC 7871 §7.2.1")
  void theScopeIsAsLongAsItTakesToTellTheClientFromOthers() throws IOException {
    var set = set(member(1, 1, "192.0.2.0/24"), member(2, 1, "10.0.0.0/8"), member(3, 1));
    assertThat(set.scope(client("192.0.2.5"))).as("inside").isEqualTo(24);
    assertThat(set.scope(client("192.0.3.5"))).as("a neighbour of the /24").isEqualTo(24);
    assertThat(set.scope(client("224.0.0.1"))).as("third bit differs").isEqualTo(3);
    assertThat(set.scope(client("2001:db8::1"))).as("no block of its family").isZero();
    assertThat(set(member(1, 1)).scope(client("192.0.2.5"))).as("nobody's place matters").isZero();
  }

  @Test
  void whatIsDownIsLeftOutAndIfAllAreDownAllAreGiven() throws IOException {
    var random = Seeded.random("RoutedSet");
    var set = set(member(1, 1, "192.0.2.0/24"), member(2, 1), member(3, 0));
    Predicate<Member> oneDown = m -> !m.rdata().equals(address(1));
    assertThat(set.choose(client("192.0.2.5"), oneDown, ZONE, random)).containsExactly(address(2));
    Predicate<Member> onlyThird = m -> m.rdata().equals(address(3));
    assertThat(set.choose(client("192.0.2.5"), onlyThird, ZONE, random))
        .containsExactly(address(3));
    assertThat(set.choose(client("192.0.2.5"), m -> false, ZONE, random)).isEqualTo(ZONE);
  }

  @Test
  void whatTheZoneNoLongerHoldsIsNotGiven() throws IOException {
    var random = Seeded.random("RoutedSet");
    var set = set(member(1, 1), member(2, 1));
    assertThat(set.choose(client("192.0.2.5"), RoutedSetTest::allUp, List.of(address(2)), random))
        .containsExactly(address(2));
  }

  @Test
  @Spec("RFC 7871 §6")
  void aClientSubnetIsReadAndAnswered() throws IOException {
    var option = new EdnsOption(ClientSubnet.CODE, new byte[] {0, 1, 24, 0, (byte) 192, 0, 2});
    var subnet = ClientSubnet.of(option).orElseThrow();
    assertThat(subnet.address()).isEqualTo(client("192.0.2.0"));
    assertThat(subnet.answer(24).data()).isEqualTo(new byte[] {0, 1, 24, 24, (byte) 192, 0, 2});
    for (byte[] broken :
        List.of(
            new byte[3],
            new byte[] {0, 1, 24, 0},
            new byte[] {0, 1, 33, 0, 1, 2, 3, 4, 5},
            new byte[] {0, 1, 24, 24, (byte) 192, 0, 2}, // a scope in a query
            new byte[] {0, 1, 20, 0, (byte) 192, 0, 1}, // a bit beyond the prefix
            new byte[] {0, 0, 8, 0, 1},
            new byte[] {0, 3, 0, 0})) {
      assertThat(ClientSubnet.of(new EdnsOption(ClientSubnet.CODE, broken))).isEmpty();
    }
  }

  @Test
  void routeFilesAreReadAndTheirFaultsNamed(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("routes");
    Files.writeString(
        file,
        """
        # the edges
        www.test. A 10.0.0.1 weight=3 check=http:8080/health prefer=192.0.2.0/24,2001:db8::/32
        www.test. A 10.0.0.2 check=tcp:80 at=127.0.0.1:8081
        """);
    var set = RouteFile.read(file).getFirst();
    assertThat(set.members()).hasSize(2);
    assertThat(set.members().getFirst().check().orElseThrow())
        .isEqualTo(new HealthCheck.Http(new Endpoint("10.0.0.1", 8080), "www.test", "/health"));
    Files.writeString(file, "www.test. A 10.0.0.1 wait=3\n");
    assertThatThrownBy(() -> RouteFile.read(file))
        .hasMessageContaining("routes:1: unknown word wait=3");
  }
}
