package io.l7.http.log;

import io.l7.common.json.Json;
import io.l7.common.units.AddressText;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.semantics.BasicCredentials;
import io.l7.http.server.AccessLog;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How one request becomes one line, without its end. Whatever the client sent, quotes, controls and
 * line ends are escaped.
 */
public enum LogFormat {
  /**
   * The combined format of the field: address, user, time, request line, status, bytes, referrer,
   * agent.
   */
  COMBINED {
    @Override
    public String line(AccessLog.Entry entry) {
      Request request = entry.request();
      var out = new StringBuilder(160);
      out.append(address(request)).append(" - ");
      escape(out, user(request));
      out.append(" [").append(TIME.format(entry.at())).append("] \"");
      escape(out, request.toString());
      out.append("\" ")
          .append(entry.response().status().code())
          .append(' ')
          .append(entry.contentBytes())
          .append(" \"");
      escape(out, request.fields().first(FieldNames.REFERER, "-"));
      out.append("\" \"");
      escape(out, request.fields().first(FieldNames.USER_AGENT, "-"));
      return out.append('"').toString();
    }
  },
  /** One JSON object: the same, and host and duration. */
  JSON {
    @Override
    public String line(AccessLog.Entry entry) {
      Request request = entry.request();
      return Json.object()
          .put("time", entry.at().toString())
          .put("remote", address(request))
          .put("user", user(request))
          .put("method", request.method().name())
          .put("scheme", request.scheme())
          .put("host", request.authority())
          .put("target", request.target().raw())
          .put("version", request.version().toString())
          .put("status", entry.response().status().code())
          .put("bytes", entry.contentBytes())
          .put("micros", entry.nanos() / 1000)
          .put("referer", request.fields().first(FieldNames.REFERER, ""))
          .put("agent", request.fields().first(FieldNames.USER_AGENT, ""))
          .build()
          .toString();
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/uuuu:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The line. */
  public abstract String line(AccessLog.Entry entry);

  /** The name of Basic authentication as the client told it, right or wrong. */
  private static String user(Request request) {
    return request
        .field(FieldNames.AUTHORIZATION)
        .flatMap(field -> BasicCredentials.pair(field, StandardCharsets.ISO_8859_1))
        .map(pair -> pair.substring(0, pair.indexOf(':')))
        .filter(name -> !name.isEmpty())
        .orElse("-");
  }

  private static String address(Request request) {
    return AddressText.of(request.exchange().remote().getAddress());
  }

  /** As nginx does: {@code \xHH} for quotes, backslashes, controls and what is beyond ASCII. */
  private static void escape(StringBuilder out, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
        out.append(String.format("\\x%02X", c & 0xff));
      } else {
        out.append(c);
      }
    }
  }
}
