package io.l7.http.client;

import io.l7.common.framing.WireWriter;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * Writes requests (RFC 9112 §3). Framing follows from the body and is never taken from the fields.
 */
final class RequestWriter {
  private RequestWriter() {}

  static void writeHead(Request request, Route route, WireWriter out) throws IOException {
    out.latin1(request.method().name());
    out.write(' ');
    // RFC 9112 §3.2.2: the whole URI to a proxy, §3.2.1: path and query to the origin.
    if (route.isAbsoluteForm()) {
      out.latin1(request.scheme());
      out.latin1("://");
      out.latin1(request.authority());
    }
    out.latin1(request.target().pathAndQuery());
    out.latin1(" HTTP/1.1\r\n");
    field(out, FieldNames.HOST, request.fields().first(FieldNames.HOST, request.authority()));
    Fields fields = request.fields();
    for (int line = 0; line < fields.size(); line++) {
      String name = fields.name(line);
      if (!isFraming(name)) {
        field(out, name, fields.value(line));
      }
    }
    // RFC 9110 §7.8, §10.1.4: both are for the next hop alone, and say so.
    boolean upgrades = fields.contains(FieldNames.UPGRADE);
    boolean takesTrailers = fields.contains(FieldNames.TE);
    if (upgrades || takesTrailers) {
      field(
          out,
          FieldNames.CONNECTION,
          upgrades ? takesTrailers ? "Upgrade, TE" : "Upgrade" : FieldNames.TE);
    }
    if (route.isAbsoluteForm()) {
      var authorization = route.proxy().orElseThrow().authorization();
      if (authorization.isPresent()) {
        field(out, FieldNames.PROXY_AUTHORIZATION, authorization.get());
      }
    }
    OptionalLong length = request.body().length();
    if (length.isEmpty()) {
      field(out, FieldNames.TRANSFER_ENCODING, "chunked");
    } else if (length.getAsLong() > 0 || expectsContent(request.method())) {
      field(out, FieldNames.CONTENT_LENGTH, Long.toString(length.getAsLong()));
    }
    out.latin1("\r\n");
  }

  // RFC 9110 §8.6: a method with a meaning for content says so when there is none.
  private static boolean expectsContent(Method method) {
    return method.equals(Method.POST) || method.equals(Method.PUT) || method.equals(Method.PATCH);
  }

  private static boolean isFraming(String name) {
    return name.equalsIgnoreCase(FieldNames.HOST)
        || name.equalsIgnoreCase(FieldNames.CONTENT_LENGTH)
        || name.equalsIgnoreCase(FieldNames.TRANSFER_ENCODING)
        || name.equalsIgnoreCase(FieldNames.CONNECTION);
  }

  private static void field(WireWriter out, String name, String value) throws IOException {
    out.latin1(name);
    out.latin1(": ");
    out.latin1(value);
    out.latin1("\r\n");
  }

  /** Writes the last chunk with the trailer fields, if the body went out in chunks. */
  static void writeEnd(Body body, WireWriter out) throws IOException {
    if (body.length().isEmpty()) {
      out.latin1("0\r\n");
      for (Fields.Line line : body.trailers()) {
        field(out, line.name(), line.value());
      }
      out.latin1("\r\n");
    }
  }
}
