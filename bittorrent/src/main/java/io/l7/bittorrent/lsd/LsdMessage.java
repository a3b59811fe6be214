package io.l7.bittorrent.lsd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.l7.bittorrent.metainfo.InfoHash;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An announce to the local network (BEP 14): a request of HTTP in a datagram, whose answer is a
 * connection.
 *
 * @param port where the sender takes connections, 1 to 65,535
 * @param torrents that it is in; not empty
 * @param cookie by which the sender knows its own announces
 */
public record LsdMessage(int port, List<InfoHash> torrents, Optional<String> cookie) {
  private static final String METHOD = "BT-SEARCH ";
  private static final int MOST_PORT = 0xffff;

  public LsdMessage {
    torrents = List.copyOf(torrents);
  }

  /** The datagram for a group, as {@code 239.192.152.143:6771}. */
  public byte[] encode(String group) {
    var text = new StringBuilder("BT-SEARCH * HTTP/1.1\r\nHost: ");
    text.append(group).append("\r\nPort: ").append(port).append("\r\n");
    for (var torrent : torrents) {
      text.append("Infohash: ").append(torrent).append("\r\n");
    }
    cookie.ifPresent(mine -> text.append("cookie: ").append(mine).append("\r\n"));
    return text.append("\r\n\r\n").toString().getBytes(US_ASCII);
  }

  /**
   * Reads a datagram; empty where it is no announce that is of use. Fields that nobody knows are
   * passed over, as are info-hashes of another length: those are of protocols to come.
   */
  public static Optional<LsdMessage> parse(byte[] datagram, int length) {
    var lines = new String(datagram, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    if (!lines[0].startsWith(METHOD)) {
      return Optional.empty();
    }
    int port = 0;
    var torrents = new LinkedHashSet<InfoHash>();
    var cookie = Optional.<String>empty();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 0) {
        return Optional.empty();
      }
      var value = lines[i].substring(colon + 1).strip();
      switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "port" -> port = value.matches("\\d{1,5}") ? Integer.parseInt(value) : 0;
        case "infohash" -> {
          if (value.matches("[0-9A-Fa-f]{40}")) {
            torrents.add(InfoHash.parse(value));
          }
        }
        case "cookie" -> cookie = Optional.of(value);
        default -> {}
      }
    }
    return port < 1 || port > MOST_PORT || torrents.isEmpty()
        ? Optional.empty()
        : Optional.of(new LsdMessage(port, List.copyOf(torrents), cookie));
  }
}
