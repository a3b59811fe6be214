package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Messages on the wire, with the examples of BEP 5. */
class KrpcTest {
  private static final NodeId ASKS = id("abcdefghij0123456789");
  private static final NodeId ANSWERS = id("mnopqrstuvwxyz123456");
  private static final InfoHash HASH = InfoHash.of(ascii("mnopqrstuvwxyz123456"));
  private static final BString AA = BString.of("aa");

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static NodeId id(String text) {
    return NodeId.of(ascii(text));
  }

  private static Krpc read(String datagram) throws KrpcException {
    return KrpcReader.read(ascii(datagram));
  }

  private static Krpc.Query query(Call call) {
    return new Krpc.Query(AA, ASKS, call, Krpc.Standing.FULL);
  }

  private static Krpc.Response response(
      NodeId id, List<InetSocketAddress> peers, Optional<BString> token) {
    return new Krpc.Response(AA, id, List.of(), List.of(), peers, token, Optional.empty());
  }

  @Test
  @Spec("BEP 5")
  void theExampleQueriesAreRead() throws Exception {
    assertThat(read("d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"))
        .isEqualTo(query(new Call.Ping()));
    assertThat(
            read(
                "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e"
                    + "1:q9:find_node1:t2:aa1:y1:qe"))
        .isEqualTo(query(new Call.FindNode(ANSWERS, Set.of())));
    assertThat(
            read(
                "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e"
                    + "1:q9:get_peers1:t2:aa1:y1:qe"))
        .isEqualTo(query(new Call.GetPeers(HASH, Set.of())));
    var announce =
        "d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz123456"
            + "4:porti6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe";
    assertThat(read(announce))
        .isEqualTo(query(new Call.AnnouncePeer(HASH, Optional.empty(), BString.of("aoeusnth"))));
    assertThat(read(announce.replace("implied_porti1e", "implied_porti0e")))
        .isEqualTo(query(new Call.AnnouncePeer(HASH, Optional.of(6_881), BString.of("aoeusnth"))));
  }

  @Test
  @Spec("BEP 5")
  void theExampleResponsesAreRead() throws Exception {
    assertThat(read("d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"))
        .isEqualTo(response(ANSWERS, List.of(), Optional.empty()));
    assertThat(
            read(
                "d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee"
                    + "1:t2:aa1:y1:re"))
        .isEqualTo(
            response(
                ASKS,
                List.of(
                    new InetSocketAddress("97.120.106.101", 11_893),
                    new InetSocketAddress("105.100.104.116", 28_269)),
                Optional.of(BString.of("aoeusnth"))));
  }

  @Test
  @Spec("BEP 5")
  void theExampleErrorIsRead() throws Exception {
    assertThat(read("d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"))
        .isEqualTo(new Krpc.Failure(AA, 201, "A Generic Error Ocurred"));
  }

  @Test
  @Spec({"BEP 5", "BEP 32", "BEP 43"})
  void whatIsWrittenIsRead() throws Exception {
    var v4 = new NodeContact(ANSWERS, new InetSocketAddress("11.22.33.44", 5_555));
    var v6 = new NodeContact(ASKS, new InetSocketAddress("2001:db8::7", 6_666));
    var both = EnumSet.allOf(Family.class);
    for (var message :
        List.of(
            query(new Call.Ping()),
            query(new Call.FindNode(ANSWERS, both)),
            new Krpc.Query(AA, ASKS, new Call.GetPeers(HASH, both), Krpc.Standing.READ_ONLY),
            query(new Call.AnnouncePeer(HASH, Optional.of(6_881), BString.of("t"))),
            query(new Call.AnnouncePeer(HASH, Optional.empty(), BString.of("t"))),
            new Krpc.Response(
                AA,
                ANSWERS,
                List.of(v4, v4),
                List.of(v6),
                List.of(v4.address(), v6.address()),
                Optional.of(BString.of("token")),
                Optional.of(v6.address())),
            new Krpc.Failure(AA, 204, "Method Unknown"))) {
      assertThat(KrpcReader.read(KrpcWriter.write(message))).isEqualTo(message);
    }
  }

  @Test
  @Spec("BEP 5")
  void aQueryThatIsWrongIsToldSo() {
    assertThat(refused("d1:ad2:id20:abcdefghij0123456789e1:q4:vote1:t2:aa1:y1:qe").code())
        .isEqualTo(204);
    for (var wrong :
        List.of(
            "d1:ad2:id19:abcdefghij012345678e1:q4:ping1:t2:aa1:y1:qe",
            "d1:q4:ping1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567896:target3:abce1:q9:find_node1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij0123456789e1:q9:get_peers1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti0e"
                + "5:token1:xe1:q13:announce_peer1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti70000e"
                + "5:token1:xe1:q13:announce_peer1:t2:aa1:y1:qe",
            "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti6881e"
                + "e1:q13:announce_peer1:t2:aa1:y1:qe")) {
      assertThat(refused(wrong).code()).as(wrong).isEqualTo(203);
      assertThat(refused(wrong).transaction()).isEqualTo(AA);
    }
  }

  private static Krpc.Failure refused(String datagram) {
    return catchThrowableOfType(KrpcException.class, () -> read(datagram)).reply().orElseThrow();
  }

  @Test
  void whatIsNoQueryIsMetWithSilence() {
    for (var junk :
        List.of(
            "",
            "x",
            "le",
            "de",
            "d1:t2:aae",
            "d1:t2:aa1:y1:xe",
            "d1:t2:aa1:y1:re",
            "d1:rd2:id3:abce1:t2:aa1:y1:re",
            "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:y1:qe",
            "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t40:" + "t".repeat(40) + "1:y1:qe")) {
      assertThat(catchThrowableOfType(KrpcException.class, () -> read(junk)).reply())
          .as(junk)
          .isEmpty();
    }
  }

  @Test
  void ofAnAnswerNoMoreIsTakenThanMakesSense() throws Exception {
    var node = new NodeContact(ASKS, new InetSocketAddress("11.22.33.44", 5_555));
    var peers = Collections.nCopies(220, node.address());
    var many =
        new Krpc.Response(
            AA,
            ANSWERS,
            Collections.nCopies(50, node),
            List.of(),
            peers,
            Optional.empty(),
            Optional.empty());
    var read = (Krpc.Response) KrpcReader.read(KrpcWriter.write(many));
    assertThat(read.nodes()).hasSize(16);
    assertThat(read.peers()).hasSize(200);
  }
}
