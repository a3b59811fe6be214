package io.l7.http.message;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response (RFC 9110 §3.4). Immutable but for the body; each {@code with} gives a copy.
 *
 * <p>Framing is the connection's affair: {@code Content-Length}, {@code Transfer-Encoding} and
 * {@code Connection} follow from the body and are not taken from {@link #fields}; only in answers
 * to HEAD and in 304, which have no body, a given {@code Content-Length} is kept. {@code Date} is
 * added where there is none. A server turns the answer to GET into the one to HEAD by itself.
 *
 * <pre>{@code
 * Response.text("Hello\n").with("Cache-Control", "no-store")
 * Response.stream("text/event-stream", out -> { ...; out.flush(); })
 * }</pre>
 */
public final class Response {
  private static final byte[] NOT_PREPARED = new byte[0];

  private final Status status;
  private final Fields fields;
  private final Body body;
  private final @Nullable Conversation conversation;
  private final byte[] prepared;

  private Response(
      Status status,
      Fields fields,
      Body body,
      @Nullable Conversation conversation,
      byte[] prepared) {
    this.status = status;
    this.fields = fields;
    this.body = body;
    this.conversation = conversation;
    this.prepared = prepared;
  }

  public static Response of(Status status) {
    return of(status, Fields.EMPTY, Body.empty());
  }

  public static Response of(Status status, Fields fields, Body body) {
    return new Response(status, fields, body, null, NOT_PREPARED);
  }

  /** 200 with this content. */
  public static Response ok(String contentType, Body body) {
    return of(Status.OK, Fields.of(FieldNames.CONTENT_TYPE, contentType), body);
  }

  /** 200 with plain text in UTF-8. */
  public static Response text(String text) {
    return ok("text/plain; charset=utf-8", Body.of(text));
  }

  public static Response html(String html) {
    return ok("text/html; charset=utf-8", Body.of(html));
  }

  public static Response json(String json) {
    return ok("application/json", Body.of(json));
  }

  /**
   * 200 with content of unknown length that the callback writes; it blocks while the client is
   * slow.
   */
  public static Response stream(String contentType, Body.Writer writer) {
    return ok(contentType, Body.of(writer));
  }

  /** An answer with one line of plain text: the phrase and why. */
  public static Response error(Status status, String why) {
    return text(status + (why.isEmpty() ? "" : ": " + why) + "\n").withStatus(status);
  }

  /** An answer with its phrase as one line of plain text. */
  public static Response error(Status status) {
    return error(status, "");
  }

  /**
   * A redirect.
   *
   * @param location a URI reference; what may not stand in one is percent-encoded (UTF-8). A path
   *     that begins with two slashes would name another host: they become one.
   */
  public static Response redirect(Status status, String location) {
    return error(status).with(FieldNames.LOCATION, encodeLocation(location));
  }

  private static String encodeLocation(String location) {
    int slashes = 0;
    while (slashes < location.length()
        && (location.charAt(slashes) == '/' || location.charAt(slashes) == '\\')) {
      slashes++;
    }
    String safe = slashes > 1 ? "/" + location.substring(slashes) : location;
    var out = new StringBuilder(safe.length());
    for (byte b : safe.getBytes(StandardCharsets.UTF_8)) {
      if (b <= ' ' || b == 0x7f || "\"<>\\^`{|}".indexOf(b) >= 0) {
        out.append(String.format("%%%02X", b & 0xff));
      } else {
        out.append((char) b);
      }
    }
    return out.toString();
  }

  /**
   * 101: the connection goes over to another protocol, which the conversation speaks (RFC 9110
   * §7.8).
   */
  public static Response switching(String protocol, Fields fields, Conversation conversation) {
    return new Response(
        Status.SWITCHING_PROTOCOLS,
        fields.with(FieldNames.UPGRADE, protocol),
        Body.empty(),
        conversation,
        NOT_PREPARED);
  }

  public Status status() {
    return status;
  }

  public Fields fields() {
    return fields;
  }

  public Optional<String> field(String name) {
    return fields.first(name);
  }

  public Body body() {
    return body;
  }

  /** What follows 101 (Switching Protocols). */
  public Optional<Conversation> conversation() {
    return Optional.ofNullable(conversation);
  }

  public Response withStatus(Status other) {
    return new Response(other, fields, body, conversation, NOT_PREPARED);
  }

  public Response withFields(Fields others) {
    return new Response(status, others, body, conversation, NOT_PREPARED);
  }

  /** A copy with one field line in place of all of its name. */
  public Response with(String name, String value) {
    return withFields(fields.with(name, value));
  }

  /** A copy with one more field line. */
  public Response plus(String name, String value) {
    return withFields(fields.plus(name, value));
  }

  public Response without(String name) {
    return withFields(fields.without(name));
  }

  public Response withBody(Body other) {
    return new Response(status, fields, other, conversation, NOT_PREPARED);
  }

  /**
   * A copy with its HTTP/1.1 head encoded once: for an answer that is sent many times. Any further
   * {@code with} drops it.
   */
  public Response prepared(byte[] head) {
    return new Response(status, fields, body, conversation, head);
  }

  /**
   * The head of {@link #prepared(byte[])}: status line and field lines with Content-Length, without
   * Date, Connection and the empty line.
   */
  public byte[] preparedHead() {
    return prepared;
  }

  @Override
  public String toString() {
    return status.toString();
  }
}
