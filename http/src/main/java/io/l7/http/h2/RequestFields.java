package io.l7.http.h2;

import io.l7.http.h2.Http2Error.OfStream;
import io.l7.http.hpack.FieldBlock;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Target;
import io.l7.http.wire.Authority;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Octets;
import io.l7.http.wire.Violation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the field block of a request means (RFC 9113 §8.2, §8.3). Strict: whatever an HTTP/1.1
 * server behind this one could read differently is malformed.
 */
public final class RequestFields {
  private static final int MOST_DIGITS = 18;
  private static final byte[] HOST = "host".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRUMBS = "; ".getBytes(StandardCharsets.US_ASCII);

  /** What becomes of a request that is well-formed. */
  public sealed interface Outcome {
    /** It may be answered. */
    record Accepted(Head head) implements Outcome {}

    /** It is over a limit, and gets the answer of that. */
    record Refused(Violation violation) implements Outcome {}
  }

  /**
   * The head of a request.
   *
   * @param authority host and port, in lower case
   * @param fields the field lines without pseudo-fields: {@code Host} for the authority first,
   *     cookies in one line
   * @param contentLength as declared; none where it was not
   */
  public record Head(
      Method method,
      Target target,
      String authority,
      Fields fields,
      OptionalLong contentLength,
      boolean expectsContinue) {}

  private final int stream;
  private final FieldBlock block;
  private final HttpLimits limits;

  private int method = -1;
  private int scheme = -1;
  private int authority = -1;
  private int path = -1;
  private int host = -1;
  private int firstCookie = -1;
  private int cookies;
  private int cookieOctets;
  private int regular;
  private OptionalLong contentLength = OptionalLong.empty();
  private boolean expectsContinue;
  private boolean expectsMore;

  private RequestFields(int stream, FieldBlock block, HttpLimits limits) {
    this.stream = stream;
    this.block = block;
    this.limits = limits;
  }

  /**
   * Reads the head of a request.
   *
   * @throws OfStream it is malformed (§8.1.1)
   */
  public static Outcome head(int stream, FieldBlock block, HttpLimits limits) throws OfStream {
    return new RequestFields(stream, block, limits).head();
  }

  /**
   * Reads the fields behind the content (§8.1).
   *
   * @throws OfStream they are malformed, too large, or frame or route the message
   */
  public static Fields trailers(int stream, FieldBlock block, HttpLimits limits) throws OfStream {
    if (block.size() > limits.trailerBytes()
        || block.isCut()
        || block.count() > limits.fieldLines()) {
      throw new OfStream(stream, ErrorCode.ENHANCE_YOUR_CALM, "trailers over their limit");
    }
    var reader = new RequestFields(stream, block, limits);
    for (int line = 0; line < block.count(); line++) {
      reader.regular(line);
    }
    if (reader.host >= 0
        || reader.contentLength.isPresent()
        || reader.isAmong(FieldRules.TRAILER)) { // RFC 9110 §6.5.1
      throw reader.malformed("a trailer that frames or routes");
    }
    return reader.fields(new byte[0]);
  }

  private boolean isAmong(String name) {
    for (int line = 0; line < block.count(); line++) {
      if (isNamed(line, name)) {
        return true;
      }
    }
    return false;
  }

  private Outcome head() throws OfStream {
    for (int line = 0; line < block.count(); line++) {
      if (octet(block.nameStart(line), block.nameEnd(line)) == ':') {
        pseudo(line);
      } else {
        regular(line);
      }
    }
    if (block.isCut()) {
      return new Outcome.Refused(Violation.HEAD_TOO_LARGE);
    }
    if (regular - Math.max(0, cookies - 1) > limits.fieldLines()) {
      return new Outcome.Refused(Violation.TOO_MANY_FIELDS);
    }
    if (method < 0 || FieldRules.isNoToken(block, method)) {
      throw malformed("no :method");
    }
    if (length(method) > limits.methodBytes()) {
      return new Outcome.Refused(Violation.METHOD_TOO_LONG);
    }
    if (path >= 0 && length(path) > limits.targetBytes()) {
      return new Outcome.Refused(Violation.TARGET_TOO_LONG);
    }
    String named = authority();
    Method asked = Method.of(block.value(method));
    Target target = asked.equals(Method.CONNECT) ? connect(named) : target(asked);
    if (expectsMore) {
      return new Outcome.Refused(Violation.EXPECTATION_UNKNOWN);
    }
    Fields fields = fields(named.getBytes(StandardCharsets.ISO_8859_1));
    return new Outcome.Accepted(
        new Head(
            asked, target, named.toLowerCase(Locale.ROOT), fields, contentLength, expectsContinue));
  }

  /** RFC 9113 §8.3: each once, ahead of all others, and no unknown ones. */
  private void pseudo(int line) throws OfStream {
    if (regular > 0) {
      throw malformed("a pseudo-field behind others");
    }
    checkValue(line);
    if (FieldRules.hasUpperCase(block, line)) { // §8.2.1
      throw malformed("a name that is none");
    }
    if (isNamed(line, ":method")) {
      method = once(method, line);
    } else if (isNamed(line, ":scheme")) {
      scheme = once(scheme, line);
    } else if (isNamed(line, ":authority")) {
      authority = once(authority, line);
    } else if (isNamed(line, ":path")) {
      path = once(path, line);
    } else {
      throw malformed("an unknown pseudo-field");
    }
  }

  private int once(int before, int line) throws OfStream {
    if (before >= 0) {
      throw malformed("a field twice that may be there once");
    }
    return line;
  }

  private void regular(int line) throws OfStream {
    regular++;
    if (!FieldRules.isName(block, line)) { // §8.2.1
      throw malformed("a name that is none");
    }
    checkValue(line);
    switch (length(block.nameStart(line), block.nameEnd(line))) {
      case 2 -> {
        if (isNamed(line, "te") && !isValued(line, "trailers")) { // §8.2.2
          throw malformed("TE beyond trailers");
        }
      }
      case 4 -> {
        if (isNamed(line, "host")) {
          host = once(host, line);
        }
      }
      case 6 -> {
        if (isNamed(line, "cookie")) {
          cookie(line);
        } else if (isNamed(line, "expect")) { // RFC 9110 §10.1.1
          expectsContinue = isValued(line, "100-continue");
          expectsMore |= !expectsContinue;
        }
      }
      case 14 -> {
        if (isNamed(line, "content-length")) {
          contentLength(line);
        }
      }
      default -> {}
    }
    if (FieldRules.isOfConnection(block, line)) { // §8.2.2
      throw malformed("a field of the connection");
    }
  }

  private void cookie(int line) {
    if (cookies == 0) {
      firstCookie = line;
    }
    cookies++;
    if (length(line) > 0) { // an empty one is none
      cookieOctets += (cookieOctets > 0 ? CRUMBS.length : 0) + length(line);
    }
  }

  private void contentLength(int line) throws OfStream {
    int digits = length(line);
    if (contentLength.isPresent() || digits == 0 || digits > MOST_DIGITS) {
      throw malformed("a content-length that is none, or another one");
    }
    long number = 0;
    for (int i = block.valueStart(line); i < block.valueEnd(line); i++) {
      int digit = block.octets()[i] - '0';
      if (digit < 0 || digit > 9) {
        throw malformed("a content-length that is no number");
      }
      number = number * 10 + digit;
    }
    contentLength = OptionalLong.of(number);
  }

  private void checkValue(int line) throws OfStream {
    if (!FieldRules.isValue(block, line)) { // §8.2.1
      throw malformed("a control or a space around a value");
    }
  }

  /** RFC 9113 §8.3.1: of {@code :authority} or {@code Host}, the same where both are there. */
  private String authority() throws OfStream {
    int line = authority >= 0 ? authority : host;
    if (line < 0
        || !Authority.isValid(block.octets(), block.valueStart(line), block.valueEnd(line))) {
      throw malformed("no authority");
    }
    String named = block.value(line);
    if (authority >= 0 && host >= 0 && !block.value(host).equalsIgnoreCase(named)) {
      throw malformed("Host is not :authority");
    }
    return named;
  }

  /** RFC 9113 §8.5. */
  private Target connect(String named) throws OfStream {
    if (scheme >= 0 || path >= 0 || authority < 0) {
      throw malformed("CONNECT with a path");
    }
    return Target.ofPath(named, "");
  }

  private Target target(Method asked) throws OfStream {
    if (path < 0 || scheme < 0 || !(isValued(scheme, "http") || isValued(scheme, "https"))) {
      throw malformed("no :path or :scheme");
    }
    String raw = block.value(path);
    boolean asterisk = raw.equals("*") && asked.equals(Method.OPTIONS);
    if (!(raw.startsWith("/") || asterisk) || !FieldRules.isVisible(raw) || raw.contains("#")) {
      throw malformed("a :path that is none");
    }
    return Target.of(raw);
  }

  /** The lines for the handler; without octets for Host there is none. */
  private Fields fields(byte[] hostValue) {
    int lines = regular - (host >= 0 ? 1 : 0) - Math.max(0, cookies - 1);
    int used = block.count() == 0 ? 0 : block.valueEnd(block.count() - 1);
    int extra = HOST.length + hostValue.length + (cookies > 1 ? cookieOctets : 0);
    byte[] wire = Arrays.copyOf(block.octets(), used + extra);
    int[] spans = new int[4 * (lines + 1)];
    int count = 0;
    if (hostValue.length > 0) {
      System.arraycopy(HOST, 0, wire, used, HOST.length);
      System.arraycopy(hostValue, 0, wire, used + HOST.length, hostValue.length);
      int value = used + HOST.length;
      count = span(spans, count, used, value, value, value + hostValue.length);
      used = value + hostValue.length;
    }
    for (int line = 0; line < block.count(); line++) {
      boolean left = line == host || block.octets()[block.nameStart(line)] == ':';
      int start = block.valueStart(line);
      int end = block.valueEnd(line);
      if (cookies > 1 && isNamed(line, "cookie")) {
        left |= line != firstCookie;
        start = used;
        end = used + cookieOctets;
      }
      if (!left) {
        count = span(spans, count, block.nameStart(line), block.nameEnd(line), start, end);
      }
    }
    if (cookies > 1) {
      joinCookies(wire, used);
    }
    return count == 0 ? Fields.EMPTY : Fields.ofWire(wire, spans, count);
  }

  private static int span(int[] spans, int count, int name, int nameEnd, int value, int valueEnd) {
    spans[4 * count] = name;
    spans[4 * count + 1] = nameEnd;
    spans[4 * count + 2] = value;
    spans[4 * count + 3] = valueEnd;
    return count + 1;
  }

  /** RFC 9113 §8.2.3: crumbs become one line again. */
  private void joinCookies(byte[] wire, int from) {
    int at = from;
    for (int line = 0; line < block.count(); line++) {
      if (isNamed(line, "cookie") && length(line) > 0) {
        if (at > from) {
          System.arraycopy(CRUMBS, 0, wire, at, CRUMBS.length);
          at += CRUMBS.length;
        }
        System.arraycopy(block.octets(), block.valueStart(line), wire, at, length(line));
        at += length(line);
      }
    }
  }

  private boolean isNamed(int line, String name) {
    return Octets.equalsIgnoreCase(
        block.octets(), block.nameStart(line), block.nameEnd(line), name);
  }

  private boolean isValued(int line, String value) {
    return Octets.equalsIgnoreCase(
        block.octets(), block.valueStart(line), block.valueEnd(line), value);
  }

  /** The octets of a value. */
  private int length(int line) {
    return length(block.valueStart(line), block.valueEnd(line));
  }

  private static int length(int start, int end) {
    return end - start;
  }

  private int octet(int start, int end) {
    return start == end ? -1 : block.octets()[start];
  }

  private OfStream malformed(String why) {
    return new OfStream(stream, ErrorCode.PROTOCOL_ERROR, why);
  }
}
