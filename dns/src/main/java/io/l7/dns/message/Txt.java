package io.l7.dns.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A view of TXT data: one or more strings of at most 255 octets, shown as Latin-1 (RFC 1035
 * §3.3.14).
 */
public record Txt(List<String> strings) {
  public Txt {
    strings = List.copyOf(strings);
  }

  /**
   * Reads the data.
   *
   * @throws IllegalArgumentException if a string runs over the end
   */
  public static Txt of(Rdata rdata) {
    var strings = new ArrayList<String>();
    for (int at = 0; at < rdata.length(); at += 1 + rdata.u8(at)) {
      strings.add(
          new String(rdata.bytes(at + 1, at + 1 + rdata.u8(at)), StandardCharsets.ISO_8859_1));
    }
    return new Txt(strings);
  }

  /** All strings put together without a separator, as SPF and DKIM read them (RFC 7208 §3.3). */
  public String joined() {
    return String.join("", strings);
  }
}
