package io.l7.bittorrent.wire;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The handshake of the extension protocol (BEP 10).
 *
 * @param messages the ids the sender wants extensions to be sent under, by their names; of those
 *     read, the first 64, as they are kept as long as the connection
 * @param metadataSize length of the info dictionary in bytes (BEP 9), as claimed; not judged here
 * @param port where the sender listens
 * @param client name and version of its program; of one read, 64 characters
 * @param requests how many requests it keeps waiting (reqq)
 * @param uploadOnly whether it wants no data (BEP 21)
 */
public record ExtensionHandshake(
    Map<String, Integer> messages,
    Optional<Long> metadataSize,
    Optional<Integer> port,
    Optional<String> client,
    Optional<Integer> requests,
    Interest uploadOnly) {
  /** The name of metadata exchange (BEP 9). */
  public static final String UT_METADATA = "ut_metadata";

  /** The name of peer exchange (BEP 11). */
  public static final String UT_PEX = "ut_pex";

  /** What BEP 21 says of the sender. */
  public enum Interest {
    WANTS_DATA,
    UPLOAD_ONLY
  }

  public ExtensionHandshake {
    messages = Map.copyOf(messages);
  }

  /** Reads the payload of extended message 0. */
  public static ExtensionHandshake decode(byte[] payload) throws WireViolation {
    try {
      var value =
          BencodeReader.decodePrefix(payload, 0, payload.length, BencodeReader.Mode.LENIENT)
              .value();
      if (value instanceof BDictionary dictionary) {
        return of(dictionary);
      }
    } catch (BencodeException e) {
      throw new WireViolation("an extension handshake: " + e.getMessage(), e);
    }
    throw new WireViolation("an extension handshake that is no dictionary");
  }

  /** Names of extensions that are kept of a peer; programs have about ten. */
  private static final int MOST_NAMES = 64;

  /** Characters of a program's name, and bytes of an extension's: longer ones nobody has. */
  private static final int LONGEST_NAME = 64;

  private static ExtensionHandshake of(BDictionary dictionary) {
    var messages = new HashMap<String, Integer>();
    dictionary
        .dictionary("m")
        .ifPresent(
            m ->
                m.entries()
                    .forEach(
                        (name, id) -> {
                          if (id instanceof BInteger(long n)
                              && n >= 0
                              && n <= 255
                              && name.bytes().length <= LONGEST_NAME
                              && messages.size() < MOST_NAMES) {
                            messages.put(name.text(), (int) n);
                          }
                        }));
    return new ExtensionHandshake(
        messages,
        dictionary.integer("metadata_size"),
        dictionary.integer("p").filter(p -> p > 0 && p < 65536).map(Long::intValue),
        dictionary.text("v").map(ExtensionHandshake::shortened),
        dictionary.integer("reqq").filter(q -> q > 0 && q < 100_000).map(Long::intValue),
        dictionary.integer("upload_only").orElse(0L) == 1
            ? Interest.UPLOAD_ONLY
            : Interest.WANTS_DATA);
  }

  /**
   * This and what the same peer said later, of which the first {@value #MOST_NAMES} names are kept:
   * BEP 10 has it tell what changed, and no more.
   */
  public ExtensionHandshake and(ExtensionHandshake later) {
    var all = new HashMap<>(messages);
    later.messages.forEach(
        (name, id) -> {
          if (all.containsKey(name) || all.size() < MOST_NAMES) {
            all.put(name, id);
          }
        });
    return new ExtensionHandshake(
        all,
        later.metadataSize.or(() -> metadataSize),
        later.port.or(() -> port),
        later.client.or(() -> client),
        later.requests.or(() -> requests),
        later.uploadOnly);
  }

  private static String shortened(String name) {
    int end = Math.min(name.length(), LONGEST_NAME);
    boolean split = end > 0 && Character.isHighSurrogate(name.charAt(end - 1));
    return name.substring(0, split ? end - 1 : end);
  }

  /** The payload of extended message 0. */
  public byte[] encode() {
    var m = BencodeWriter.dictionary();
    messages.forEach((name, id) -> m.put(name, id));
    var all = BencodeWriter.dictionary().put("m", m.build());
    metadataSize.ifPresent(size -> all.put("metadata_size", size));
    port.ifPresent(p -> all.put("p", p));
    client.ifPresent(c -> all.put("v", c));
    requests.ifPresent(q -> all.put("reqq", q));
    if (uploadOnly == Interest.UPLOAD_ONLY) {
      all.put("upload_only", 1);
    }
    return all.encode();
  }

  /** The id to send an extension's messages under; empty when the sender has turned it off. */
  public Optional<Integer> idOf(String extension) {
    return Optional.ofNullable(messages.get(extension)).filter(id -> id != 0);
  }
}
