package io.l7.http.proxy;

import io.l7.common.units.AddressText;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What an upstream is told about the client (RFC 7239 and the older {@code X-Forwarded-*}). What
 * the client said of that kind itself is replaced: the server has already believed it where it came
 * from a trusted proxy, and nobody else may say it.
 */
final class ForwardedBy {
  private ForwardedBy() {}

  static Fields.Builder addTo(Fields.Builder fields, Request request) {
    InetSocketAddress remote = request.exchange().remote();
    InetAddress address = remote.getAddress();
    String from = address == null ? "unknown" : AddressText.of(address);
    fields.set(FieldNames.X_FORWARDED_FOR, from);
    fields.set(FieldNames.X_REAL_IP, from);
    fields.set(FieldNames.X_FORWARDED_PROTO, request.scheme());
    fields.remove(FieldNames.X_FORWARDED_HOST);
    var forwarded = new StringBuilder("for=").append(node(from));
    if (!request.authority().isEmpty()) {
      fields.set(FieldNames.X_FORWARDED_HOST, request.authority());
      forwarded
          .append(";host=\"")
          .append(request.authority().replace("\\", "\\\\").replace("\"", "\\\""))
          .append('"');
    }
    return fields.set(
        FieldNames.FORWARDED, forwarded.append(";proto=").append(request.scheme()).toString());
  }

  // RFC 7239 §6: an IPv6 address stands in brackets, and what has colons in quotes.
  private static String node(String address) {
    return address.indexOf(':') >= 0 ? "\"[" + address + "]\"" : address;
  }
}
