package io.l7.http.semantics;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which fields cross a proxy (RFC 9110 §7.6.1). Pure. */
public final class HopByHop {
  private static final Set<String> NEVER_CROSS =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  /**
   * Fields a {@code Connection} option must not remove: they are meant for the far end, and a
   * client that could strip them here could change what the upstream sees of length, origin or
   * credentials.
   */
  private static final Set<String> END_TO_END =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "content-range",
          "cache-control",
          "authorization",
          "cookie",
          "set-cookie",
          "date",
          "expect",
          "range",
          "vary",
          "etag",
          "via",
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-real-ip");

  private HopByHop() {}

  /** The fields that go on. */
  public static Fields crossing(Fields fields) {
    Set<String> named = named(fields);
    Fields.Builder kept = Fields.builder();
    for (int line = 0; line < fields.size(); line++) {
      String name = fields.name(line).toLowerCase(Locale.ROOT);
      if (!NEVER_CROSS.contains(name) && !named.contains(name)) {
        kept.add(fields.name(line), fields.value(line));
      }
    }
    return kept.build();
  }

  /**
   * The fields but those, meant for others by nature, that the sender says are for this hop alone.
   */
  public static Fields withoutNamed(Fields fields) {
    Fields left = fields;
    for (String name : named(fields)) {
      left = NEVER_CROSS.contains(name) ? left : left.without(name);
    }
    return left;
  }

  private static Set<String> named(Fields fields) {
    List<String> options = fields.list(FieldNames.CONNECTION);
    if (options.isEmpty()) {
      return Set.of();
    }
    var names = new HashSet<String>();
    for (String option : options) {
      String name = option.toLowerCase(Locale.ROOT);
      if (!END_TO_END.contains(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * Whether the client wants to speak WebSocket (RFC 6455 §4.1). Other upgrades do not cross:
   * behind {@code h2c} requests would pass unseen.
   */
  public static boolean wantsWebSocket(Fields request) {
    return request.hasToken(FieldNames.CONNECTION, "upgrade")
        && request.hasToken(FieldNames.UPGRADE, "websocket");
  }
}
