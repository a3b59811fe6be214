package io.l7.http.conformance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.testkit.Conformance;
import io.l7.http.message.Fields;
import io.l7.http.wire.ChunkedDecoder;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Progress;
import io.l7.http.wire.RequestHead;
import io.l7.http.wire.RequestParser;
import io.l7.http.wire.Violation;
import io.l7.http.wire.ViolationException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * llhttp's request cases: fed whole, byte by byte and split in two at every position, the outcome
 * is the same each time, and it is llhttp's but for the differences named here.
 */
class LlhttpCasesTest {
  /** Where we differ, by the beginning of a case's name, and why. */
  private static final Map<String, String> DIFFERENCES =
      Map.ofEntries(
          Map.entry(
              "SOURCE request with ICE",
              "another protocol's name is no HTTP-version (RFC 9112 §2.3)"),
          Map.entry(
              "OPTIONS request with RTSP",
              "another protocol's name is no HTTP-version (RFC 9112 §2.3)"),
          Map.entry(
              "ANNOUNCE request with RTSP",
              "another protocol's name is no HTTP-version (RFC 9112 §2.3)"),
          Map.entry("No HTTP version", "HTTP/0.9 is refused (RFC 9112 §3)"),
          Map.entry("M-SEARCH request", "the asterisk is for OPTIONS alone (RFC 9112 §3.2.4)"),
          Map.entry("Fragment in URI", "a fragment is no part of a request target (RFC 9112 §3.2)"),
          Map.entry(
              "`host:port` and basic auth",
              "user information in a target is refused (RFC 9110 §4.2.4)"),
          Map.entry(
              "HTTP protocol and ANNOUNCE method",
              "we take any token for a method (RFC 9110 §9.1)"),
          Map.entry("Invalid method", "we take any token for a method (RFC 9110 §9.1)"),
          Map.entry(
              "PRI request HTTP2", "the preface of HTTP/2 names HTTP/2.0; here the target decides"),
          Map.entry("POST with `chunked` as last", "codings but chunked are 501 (RFC 9112 §6.1)"),
          Map.entry(
              "CONNECT with body",
              "a Content-Length frames content, whatever the method (RFC 9112 §6.3)"),
          Map.entry(
              "Content-Length reset when no body is received",
              "the case tells llhttp to skip the content that its Content-Length announces"),
          Map.entry("Invalid HTTP version", "a request line is judged at its end"),
          Map.entry(
              "CRLF between requests, implicit", "one empty line before a request line, not two"));

  /** One message as we understood it. */
  private record Message(String method, String target, List<Fields.Line> fields, String body) {}

  private record Outcome(List<Message> messages, String rest, String refusal) {}

  @Test
  void theOutcomeDoesNotDependOnHowTheBytesArrive() throws Exception {
    int split = 0;
    for (Json each : cases()) {
      byte[] input = each.at("input").text().getBytes(ISO_8859_1);
      Outcome whole = read(input, input.length);
      assertThat(read(input, 1)).as(each.at("name").text()).isEqualTo(whole);
      for (int at = 1; at < input.length; at++) {
        assertThat(readSplit(input, at))
            .as("%s split at %d", each.at("name").text(), at)
            .isEqualTo(whole);
        split++;
      }
    }
    assertThat(split).isPositive();
  }

  @Test
  void theOutcomeIsLlhttpsButForNamedDifferences() throws Exception {
    var disagreements = new TreeMap<String, String>();
    var seen = new HashSet<String>();
    for (Json each : cases()) {
      String name = each.at("name").text();
      String title = name.substring(name.lastIndexOf('>') + 1).strip();
      Outcome outcome = read(each.at("input").text().getBytes(ISO_8859_1), Integer.MAX_VALUE);
      String difference = compare(each, outcome);
      var named = DIFFERENCES.keySet().stream().filter(title::startsWith).findFirst();
      if (!difference.isEmpty()) {
        named.ifPresentOrElse(
            seen::add,
            () -> disagreements.put(name + " (line " + each.at("line") + ")", difference));
      }
    }
    assertThat(seen).isEqualTo(DIFFERENCES.keySet());
    assertThat(disagreements).isEmpty();
  }

  private static List<Json> cases() throws Exception {
    var all =
        Json.parse(
                Files.readString(
                    Conformance.required("http").resolve("llhttp-request.json"), UTF_8))
            .elements();
    return all.stream().filter(each -> each.at("type").text().equals("request")).toList();
  }

  private static String compare(Json each, Outcome outcome) {
    boolean theyTake =
        each.at("error").isNull() || Set.of(21L, 22L, 23L).contains(each.at("error").longValue());
    // Data behind "Connection: close" are an error there; here nobody reads them.
    if (!theyTake && each.at("error").longValue() == 5) {
      return outcome.messages().isEmpty() ? "refused: " + outcome.refusal() : "";
    }
    if (!theyTake) {
      return outcome.refusal().isEmpty() ? "taken: " + outcome.messages() : "";
    }
    if (!outcome.refusal().isEmpty()) {
      return "refused: " + outcome.refusal();
    }
    List<String> theirs = new ArrayList<>();
    for (Json event : each.at("events").elements()) {
      theirs.add(event.text());
    }
    List<String> targets = joined(theirs, "url");
    List<String> methods = joined(theirs, "method");
    for (int i = 0; i < outcome.messages().size(); i++) {
      Message message = outcome.messages().get(i);
      if (!message.target().equals(targets.get(i)) || !message.method().equals(methods.get(i))) {
        return "request line " + message + " against " + methods.get(i) + " " + targets.get(i);
      }
    }
    List<Fields.Line> ours =
        outcome.messages().stream().flatMap(message -> message.fields().stream()).toList();
    List<String> names = joined(theirs, "header_field");
    List<String> values = joined(theirs, "header_value");
    String field =
        inOrder(
            ours.stream().map(line -> line.name().toLowerCase(Locale.ROOT)).toList(),
            names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
    String value =
        inOrder(ours.stream().map(Fields.Line::value).filter(v -> !v.isEmpty()).toList(), values);
    String body =
        String.join("", outcome.messages().stream().map(Message::body).toList()) + outcome.rest();
    String theirBody = String.join("", joined(theirs, "body"));
    // Trailers are fields to llhttp; and behind a message that ends the connection we read nothing.
    boolean all = outcome.messages().size() == each.at("messages").longValue();
    if (!field.isEmpty() || !value.isEmpty()) {
      return "field " + field + value + " of " + ours + " against " + names + " " + values;
    }
    return (all ? theirBody.equals(body) : theirBody.startsWith(body))
        ? ""
        : "body " + body + " against " + theirBody;
  }

  /** The first of ours that theirs have not, in this order; empty where they have all. */
  private static String inOrder(List<String> ours, List<String> theirs) {
    int at = 0;
    for (String each : ours) {
      while (at < theirs.size() && !theirs.get(at).strip().equals(each)) {
        at++;
      }
      if (at++ == theirs.size()) {
        return each;
      }
    }
    return "";
  }

  /** The spans of a kind, each with its continuations. */
  private static List<String> joined(List<String> events, String kind) {
    List<String> spans = new ArrayList<>();
    boolean open = false;
    for (String event : events) {
      int at = event.indexOf(" span[" + kind + "]=\"");
      if (at >= 0) {
        String text = event.substring(event.indexOf('"') + 1, event.length() - 1);
        if (open) {
          spans.set(spans.size() - 1, spans.getLast() + text);
        } else {
          spans.add(text);
        }
        open = true;
      } else if (event.contains(" " + kind + " complete")) {
        open = false;
      }
    }
    return spans;
  }

  private static Outcome read(byte[] input, int step) {
    var reader = new Reader();
    for (int end = Math.min(step, input.length);
        ;
        end = (int) Math.min((long) end + step, input.length)) {
      reader.feed(input, end);
      if (end == input.length) {
        return reader.outcome();
      }
    }
  }

  private static Outcome readSplit(byte[] input, int at) {
    var reader = new Reader();
    reader.feed(input, at);
    reader.feed(input, input.length);
    return reader.outcome();
  }

  /**
   * Reads messages from a growing array the way a connection does; without a Host each request
   * counts as an HTTP/1.1 one that has it.
   */
  private static final class Reader {
    private final RequestParser parser = new RequestParser(HttpLimits.DEFAULTS, Set.of());
    private final List<Message> messages = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private String refusal = "";
    private int position;
    private boolean stopped;
    private @Nullable RequestHead head;
    private long remaining;
    private @Nullable ChunkedDecoder chunks;

    private void feed(byte[] input, int limit) {
      boolean more = true;
      try {
        while (more && !stopped && refusal.isEmpty()) {
          more = head == null ? readHead(input, limit) : readBody(head, input, limit);
        }
      } catch (ViolationException e) {
        refusal = e.violation().label();
      }
    }

    private boolean readHead(byte[] input, int limit) throws ViolationException {
      if (position == limit) {
        return false;
      }
      Progress progress = parser.parse(input, position, limit);
      if (progress == Progress.INCOMPLETE) {
        return false;
      }
      // llhttp does not ask for Host; everything else of the head has been judged by then.
      if (progress == Progress.REFUSED && parser.violation() != Violation.HOST_MISSING) {
        throw new ViolationException(parser.violation());
      }
      head = parser.head(input, position);
      position += parser.length();
      parser.reset();
      remaining = head.contentLength();
      chunks = head.chunked() ? new ChunkedDecoder(HttpLimits.DEFAULTS) : null;
      return true;
    }

    private boolean readBody(RequestHead head, byte[] input, int limit) throws ViolationException {
      if (chunks == null) {
        int taken = (int) Math.min(remaining, limit - position);
        body.append(new String(input, position, taken, ISO_8859_1));
        position += taken;
        remaining -= taken;
        return remaining == 0 && finish(head);
      }
      position = chunks.advance(input, position, limit);
      if (chunks.isDone()) {
        return finish(head);
      }
      int taken = (int) Math.min(chunks.remaining(), limit - position);
      if (!chunks.isInData() || taken == 0) {
        return false;
      }
      body.append(new String(input, position, taken, ISO_8859_1));
      position += taken;
      chunks.consumed(taken);
      return true;
    }

    private boolean finish(RequestHead done) {
      List<Fields.Line> lines = new ArrayList<>();
      for (Fields.Line line : done.fields()) {
        lines.add(line);
      }
      messages.add(new Message(done.method().name(), done.target().raw(), lines, body.toString()));
      body.setLength(0);
      stopped = done.upgrade() || !done.persistent() || done.method().name().equals("CONNECT");
      head = null;
      return true;
    }

    private Outcome outcome() {
      return new Outcome(List.copyOf(messages), body.toString(), refusal);
    }
  }
}
