package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The dialogue with other nodes for a transcript: each query is a connection of its own, which ends
 * with its answer. Each datagram stands there as it was, but for the tokens, behind it in words.
 * What is not answered at all, as a flood, is not shown. Called with the node's lock held.
 */
final class Dialogues {
  private final Transcript transcript;
  private final InstantSource clock;
  private final DhtTransport transport;
  private final Map<BString, String> open = new HashMap<>();
  private long serial;

  Dialogues(Transcript transcript, InstantSource clock, DhtTransport transport) {
    this.transcript = transcript;
    this.clock = clock;
    this.transport = transport;
  }

  /** We ask somebody. */
  void asking(Krpc.Query query, byte[] datagram, InetSocketAddress to) {
    if (transcript.wanted()) {
      var name = opened(Event.Side.CLIENT, to);
      spoke(name, Event.Side.CLIENT, query, datagram);
      open.put(query.transaction(), name);
    }
  }

  /** What we asked is answered. */
  void answered(Krpc answer, byte[] datagram) {
    Optional.ofNullable(open.remove(answer.transaction()))
        .ifPresent(
            name -> {
              spoke(name, Event.Side.SERVER, answer, datagram);
              closed(name);
            });
  }

  /** What we asked is not answered. */
  void silent(BString transaction) {
    Optional.ofNullable(open.remove(transaction))
        .ifPresent(
            name -> {
              note(name, "no answer");
              closed(name);
            });
  }

  /** Somebody has asked us, and this is what we say. */
  void answering(
      Optional<Krpc.Query> query,
      byte[] asked,
      InetSocketAddress from,
      Krpc answer,
      byte[] datagram) {
    if (transcript.wanted()) {
      var name = opened(Event.Side.SERVER, from);
      if (query.isPresent()) {
        spoke(name, Event.Side.CLIENT, query.get(), asked);
      } else {
        transcript.event(
            new Event.Spoke(clock.instant(), name, Event.Side.CLIENT, asked, Event.Cover.PLAIN));
      }
      spoke(name, Event.Side.SERVER, answer, datagram);
      closed(name);
    }
  }

  private String opened(Event.Side side, InetSocketAddress there) {
    var here = transport.address();
    var family = Family.of(here.getAddress()) == Family.IPV4 ? "dht-" : "dht6-";
    var name = family + here.getPort() + "-" + ++serial;
    transcript.event(new Event.Opened(clock.instant(), name, side, here, there));
    return name;
  }

  private void spoke(String name, Event.Side by, Krpc message, byte[] datagram) {
    var shown = token(message).map(token -> masked(datagram, token)).orElse(datagram);
    transcript.event(new Event.Spoke(clock.instant(), name, by, shown, Event.Cover.PLAIN));
    note(name, words(message));
  }

  private void note(String name, String text) {
    transcript.event(new Event.Note(clock.instant(), name, text));
  }

  private void closed(String name) {
    transcript.event(new Event.Closed(clock.instant(), name));
  }

  private static Optional<BString> token(Krpc message) {
    return switch (message) {
      case Krpc.Query(var _, var _, Call.AnnouncePeer announce, var _) ->
          Optional.of(announce.token());
      case Krpc.Response response -> response.token();
      default -> Optional.empty();
    };
  }

  /** Who has a token may announce from its address. */
  private static byte[] masked(byte[] datagram, BString token) {
    var secret = token.bytes();
    var masked = datagram.clone();
    for (int at = 0; secret.length > 0 && at + secret.length <= masked.length; at++) {
      if (Arrays.equals(masked, at, at + secret.length, secret, 0, secret.length)) {
        Arrays.fill(masked, at, at + secret.length, (byte) '*');
      }
    }
    return masked;
  }

  /** What a message says, for people. */
  static String words(Krpc message) {
    return switch (message) {
      case Krpc.Query query ->
          query.call().method()
              + switch (query.call()) {
                case Call.Ping() -> "";
                case Call.FindNode(var target, var _) -> " " + target;
                case Call.GetPeers(var infoHash, var _) -> " " + infoHash;
                case Call.AnnouncePeer announce ->
                    " "
                        + announce.infoHash()
                        + announce.port().map(port -> " at port " + port).orElse(" at this port");
              };
      case Krpc.Response response ->
          "response of "
              + response.id()
              + count(response.nodes().size() + response.nodes6().size(), "node")
              + count(response.peers().size(), "peer")
              + response.token().map(_ -> ", a token").orElse("");
      case Krpc.Failure failure -> "error " + failure.code() + ": " + plain(failure.text());
    };
  }

  private static String count(int count, String what) {
    return count == 0 ? "" : ", " + count + " " + what + (count == 1 ? "" : "s");
  }

  /** A stranger's words must not steer the terminal they are shown on. */
  private static String plain(String text) {
    return text.substring(0, Math.min(text.length(), 200))
        .replaceAll("[\\x00-\\x1f\\x7f-\\x9f]", "?");
  }
}
