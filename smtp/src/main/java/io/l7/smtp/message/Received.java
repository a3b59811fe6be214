package io.l7.smtp.message;

import io.l7.common.units.AddressText;
import io.l7.smtp.address.Mailbox;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * The trace line we put on top of a mail (RFC 5321 §4.4).
 *
 * @param client the name the client gave in its greeting; checked by the command parser to be
 *     harmless in a header
 * @param address where it really came from
 * @param server our name
 * @param protocol the word behind "with" (RFC 3848, RFC 6531 §4.3)
 * @param cipher TLS version and cipher suite, when there was TLS
 * @param id our id of the mail
 * @param only the recipient when there is just one; more would tell blind copies (RFC 5321 §7.6)
 * @param time when the mail was accepted
 */
public record Received(
    String client,
    InetAddress address,
    String server,
    String protocol,
    Optional<String> cipher,
    MailId id,
    Optional<Mailbox> only,
    Instant time) {

  /** The word behind "with" for what was used. */
  public static String protocol(Dialect dialect, boolean utf8, boolean tls, boolean authenticated) {
    var base =
        switch (dialect) {
          case SMTP -> utf8 || tls || authenticated ? "ESMTP" : "SMTP";
          case ESMTP -> utf8 ? "UTF8SMTP" : "ESMTP";
          case LMTP -> utf8 ? "UTF8LMTP" : "LMTP";
        };
    return base + (tls ? "S" : "") + (authenticated ? "A" : "");
  }

  /** What the client greeted with: HELO, EHLO or LHLO. */
  public enum Dialect {
    SMTP,
    ESMTP,
    LMTP
  }

  /** An address as a literal of RFC 5321 §4.1.3. */
  public static String literal(InetAddress address) {
    var text = AddressText.of(address);
    return address instanceof Inet6Address ? "[IPv6:" + text + "]" : "[" + text + "]";
  }

  /** The field with its line ends. */
  public byte[] toBytes() {
    var out = new StringBuilder(256);
    out.append("Received: from ").append(client).append(" (").append(literal(address));
    out.append(")\r\n\tby ").append(server).append(" with ").append(protocol);
    cipher.ifPresent(c -> out.append("\r\n\t(").append(c).append(")"));
    out.append(" id ").append(id);
    only.ifPresent(r -> out.append("\r\n\tfor <").append(r).append(">"));
    out.append(";\r\n\t").append(InternetDate.format(time)).append("\r\n");
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }
}
