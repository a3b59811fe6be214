package io.l7.bittorrent.announce;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BValue;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.wire.CompactPeers;
import io.l7.common.net.AddressLiteral;
import io.l7.http.message.PercentEncoding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The query and the answer of an announce over HTTP, as text and bytes (BEP 3, 7, 23, 31). */
public final class HttpAnnounce {

  /** Characters of a tracker id that we repeat in each request; some send a word. */
  private static final int LONGEST_TRACKER_ID = 256;

  private HttpAnnounce() {}

  /** The announce URL with the request's query; a query the URL has already is kept. */
  public static String url(String announce, AnnounceRequest request) {
    var url = new StringBuilder(announce);
    url.append(announce.contains("?") ? '&' : '?');
    url.append("info_hash=").append(PercentEncoding.of(request.infoHash().bytes()));
    url.append("&peer_id=").append(PercentEncoding.of(request.peerId().bytes()));
    url.append("&port=").append(request.port());
    url.append("&uploaded=").append(request.uploaded());
    url.append("&downloaded=").append(request.downloaded());
    url.append("&left=").append(request.left());
    url.append("&compact=1&numwant=").append(request.wanted());
    url.append("&key=").append(HexFormat.of().withUpperCase().toHexDigits(request.key()));
    if (request.event() != AnnounceEvent.NONE) {
      url.append("&event=").append(request.event().name().toLowerCase(Locale.ROOT));
    }
    request
        .trackerId()
        .ifPresent(
            id ->
                url.append("&trackerid=")
                    .append(PercentEncoding.of(id.getBytes(StandardCharsets.UTF_8))));
    return url.toString();
  }

  /**
   * The scrape URL of an announce URL (BEP 48): the last path element must begin with {@code
   * announce}, which becomes {@code scrape}; empty otherwise.
   */
  public static Optional<String> scrapeUrl(String announce) {
    int query = announce.indexOf('?');
    int slash = announce.lastIndexOf('/', query < 0 ? announce.length() : query);
    return announce.startsWith("announce", slash + 1)
        ? Optional.of(
            announce.substring(0, slash + 1)
                + "scrape"
                + announce.substring(slash + 1 + "announce".length()))
        : Optional.empty();
  }

  /** Reads an answer. */
  public static AnnounceAnswer parse(byte[] body, AnnounceLimits limits) throws IOException {
    BDictionary answer;
    try {
      if (!(BencodeReader.decode(body, BencodeReader.Mode.LENIENT) instanceof BDictionary d)) {
        throw new IOException("the answer is not a dictionary");
      }
      answer = d;
    } catch (BencodeException e) {
      throw new IOException("the answer is not bencoded: " + e.getMessage(), e);
    }
    var failure = answer.text("failure reason");
    if (failure.isPresent()) {
      return new AnnounceAnswer.Refused(printable(failure.get()), retry(answer));
    }
    var peers = new ArrayList<InetSocketAddress>();
    answer.get("peers").ifPresent(v -> addPeers(v, peers, limits.peers()));
    answer
        .string("peers6")
        .ifPresent(v -> peers.addAll(CompactPeers.decode(v.bytes(), CompactPeers.IPV6)));
    long interval = answer.integer("interval").orElse(limits.interval().toSeconds());
    return new AnnounceAnswer.Accepted(
        Duration.ofSeconds(Math.clamp(interval, 1, Duration.ofDays(1).toSeconds())),
        answer
            .integer("min interval")
            .map(s -> Duration.ofSeconds(Math.clamp(s, 0, Duration.ofDays(1).toSeconds()))),
        answer.integer("complete").map(n -> (int) Math.clamp(n, 0L, Integer.MAX_VALUE)),
        answer.integer("incomplete").map(n -> (int) Math.clamp(n, 0L, Integer.MAX_VALUE)),
        peers.subList(0, Math.min(peers.size(), limits.peers())),
        answer.text("warning message").map(HttpAnnounce::printable),
        answer.text("tracker id").filter(id -> id.length() <= LONGEST_TRACKER_ID));
  }

  private static AnnounceAnswer.Retry retry(BDictionary answer) {
    if (answer.text("retry in").filter("never"::equals).isPresent()) {
      return new AnnounceAnswer.Retry.Never();
    }
    // BEP 31 counts in minutes.
    return answer
        .integer("retry in")
        .filter(n -> n > 0 && n < 60 * 24 * 7)
        .<AnnounceAnswer.Retry>map(n -> new AnnounceAnswer.Retry.After(Duration.ofMinutes(n)))
        .orElseGet(AnnounceAnswer.Retry.AsUsual::new);
  }

  private static void addPeers(BValue value, List<InetSocketAddress> to, int most) {
    switch (value) {
      case BString compact -> to.addAll(CompactPeers.decode(compact.bytes(), CompactPeers.IPV4));
      case BList(var entries) -> {
        for (var entry : entries.subList(0, Math.min(entries.size(), most))) {
          if (entry instanceof BDictionary peer) {
            // A host name from a tracker is not resolved: it could name anything.
            var ip = peer.text("ip").flatMap(AddressLiteral::of);
            var port = peer.integer("port").filter(p -> p > 0 && p < 65536);
            if (ip.isPresent() && port.isPresent()) {
              to.add(new InetSocketAddress(ip.get(), port.get().intValue()));
            }
          }
        }
      }
      default -> {}
    }
  }

  /** A tracker's words as a status may show them. */
  static String printable(String text) {
    return text.replaceAll("\\p{Cc}", " ").substring(0, Math.min(text.length(), 500));
  }
}
