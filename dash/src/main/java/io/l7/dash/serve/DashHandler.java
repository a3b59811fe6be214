package io.l7.dash.serve;

import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Serves a presentation: GET and HEAD with ranges and conditions, CORS for pages of any origin, the
 * player page at {@code /}. What clients report in CMCD goes to a listener.
 */
public final class DashHandler implements Handler {
  private static final Fields CORS =
      Fields.of(
          "Access-Control-Allow-Origin", "*",
          "Access-Control-Expose-Headers", "Content-Length, Content-Range, ETag, Date");
  private static final Fields PREFLIGHT =
      CORS.with("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
          .with("Access-Control-Allow-Headers", "*")
          .with("Access-Control-Max-Age", "86400");

  private final MediaSource source;
  private final Consumer<Cmcd> reports;

  /**
   * @param reports called for each request that carries CMCD, on the request's thread
   */
  public DashHandler(MediaSource source, Consumer<Cmcd> reports) {
    this.source = source;
    this.reports = reports;
  }

  @Override
  public Response handle(Request request) throws IOException {
    if (request.method().equals(Method.OPTIONS)) {
      return Response.of(Status.NO_CONTENT, PREFLIGHT, Body.empty());
    }
    if (!request.method().equals(Method.GET) && !request.method().equals(Method.HEAD)) {
      return Response.error(Status.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD, OPTIONS");
    }
    Cmcd.of(request).ifPresent(reports);
    Optional<String> path = request.target().decodedPath();
    if (path.isEmpty()) {
      return withCors(Response.error(Status.BAD_REQUEST, "the path can mean two things"));
    }
    String name = path.get().substring(1);
    Optional<Resource> found = source.find(request, name);
    if (found.isEmpty()) {
      found = PlayerPage.find(name);
    }
    return found.isPresent()
        ? answer(request, found.get())
        : withCors(missing(source.absence(name)));
  }

  private static Response missing(Absence why) {
    return switch (why) {
      case UNKNOWN -> Response.error(Status.NOT_FOUND);
      // A 404 may be kept as any answer may (RFC 9111 §4.2.2); this one is wrong in a moment.
      case NOT_YET -> Response.error(Status.NOT_FOUND, "not yet").with("Cache-Control", "no-store");
      case GONE -> Response.error(Status.GONE, "no longer");
    };
  }

  private static Response withCors(Response response) {
    return response.with("Access-Control-Allow-Origin", "*");
  }

  private static Response answer(Request request, Resource resource) throws IOException {
    Fields fields =
        CORS.with("Content-Type", resource.type())
            .with("ETag", resource.tag())
            .with("Cache-Control", resource.freshness())
            .with("Accept-Ranges", "bytes");
    String held = request.fields().first("If-None-Match", "");
    if (!held.isEmpty() && (held.contains(resource.tag()) || held.strip().equals("*"))) {
      return Response.of(Status.NOT_MODIFIED, fields, Body.empty());
    }
    if (request.method().equals(Method.HEAD)) {
      return Response.of(
          Status.OK, fields.with("Content-Length", Long.toString(resource.length())), Body.empty());
    }
    String wanted = request.fields().first("Range", "");
    String condition = request.fields().first("If-Range", resource.tag());
    Optional<ByteRange> range =
        condition.equals(resource.tag()) ? ByteRange.parse(wanted) : Optional.empty();
    if (range.isEmpty()) {
      return Response.of(Status.OK, fields, resource.content().open(0, resource.length()));
    }
    long length = resource.length();
    ByteRange part = range.get().within(length);
    if (part.length() <= 0) {
      return Response.of(
          Status.RANGE_NOT_SATISFIABLE,
          fields.with("Content-Range", "bytes */" + length),
          Body.empty());
    }
    return Response.of(
        Status.PARTIAL_CONTENT,
        fields.with("Content-Range", "bytes " + part.first() + "-" + part.last() + "/" + length),
        resource.content().open(part.first(), part.length()));
  }
}
