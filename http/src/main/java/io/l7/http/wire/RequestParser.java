package io.l7.http.wire;

import io.l7.http.message.Method;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses the head of one request in place (RFC 9112 §2 to §6), in as many pieces as it comes; used
 * again for another request, of whatever connection, after {@link #reset}.
 *
 * <p>Strict: whatever two programs could read differently is a {@link Violation}. Each octet is
 * looked at once to find its line and once to understand it; no text is made before {@link #head}.
 */
public final class RequestParser {
  private static final int VERSION_LENGTH = 8;

  private final HttpLimits limits;
  private final Set<Violation> waived;
  private final LineScanner lines;
  private final FieldSection section;
  private final MessageFraming framing;

  private boolean requestLineDone;
  private int methodEnd;
  private int methodStart;
  private int targetEnd;
  private Version version = Version.HTTP_1_1;
  private @Nullable Violation violation;
  private int examined;
  private int hostStart;
  private int hostEnd;
  private int hostLines;
  private String lastHost = "";

  /**
   * @param waived violations that pass; each must be {@link Violation#isWaivable waivable}
   */
  public RequestParser(HttpLimits limits, Set<Violation> waived) {
    waived.forEach(RequestParser::checkWaivable);
    this.limits = limits;
    this.waived = waived;
    this.lines = new LineScanner(waived);
    this.section = new FieldSection(limits.headBytes(), limits.fieldLines(), waived, lines);
    this.framing = new MessageFraming(waived);
  }

  private static void checkWaivable(Violation violation) {
    if (!violation.isWaivable()) {
      throw new IllegalArgumentException(violation.label() + " cannot be waived");
    }
  }

  /** Makes ready for the next request. */
  public void reset() {
    section.reset();
    framing.reset();
    requestLineDone = false;
    methodStart = 0;
    methodEnd = 0;
    targetEnd = 0;
    violation = null;
    examined = 0;
    hostLines = 0;
  }

  /** After {@link Progress#REFUSED}: why. */
  public Violation violation() {
    return violation != null ? violation : Violation.MALFORMED_REQUEST_LINE;
  }

  /** After {@link Progress#COMPLETE}: how many bytes the head has, with its empty line. */
  public int length() {
    return section.length();
  }

  /**
   * Takes in what there is. The bytes from the base must be the same as in the last call, and more.
   *
   * @param base where the request begins in the buffer
   * @param limit where the bytes end in the buffer
   */
  public Progress parse(byte[] buffer, int base, int limit) {
    if (!requestLineDone) {
      Progress progress = requestLine(buffer, base, limit);
      if (progress != Progress.COMPLETE) {
        return progress;
      }
      requestLineDone = true;
    }
    Progress progress = section.parse(buffer, base, limit);
    for (; examined < section.count(); examined++) {
      Violation found = examine(buffer, base, examined);
      if (found != null) {
        return refuse(found);
      }
    }
    return switch (progress) {
      case INCOMPLETE -> progress;
      case REFUSED -> refuse(section.violation());
      case COMPLETE -> complete();
    };
  }

  private Progress requestLine(byte[] buffer, int base, int limit) {
    while (true) {
      Progress progress = lines.scan(buffer, base, limit, Octets.VISIBLE);
      if (progress == Progress.REFUSED) {
        Violation found = lines.violation();
        return refuse(found == null ? Violation.MALFORMED_REQUEST_LINE : found);
      }
      if (progress == Progress.INCOMPLETE) {
        return incompleteRequestLine(buffer, base);
      }
      // RFC 9112 §2.2: one empty line before a request line is allowed.
      if (lines.contentEnd() > 0 || lines.lineStart() > 0) {
        break;
      }
      lines.advance();
    }
    methodStart = lines.lineStart();
    Violation found =
        understandRequestLine(buffer, base + lines.lineStart(), base + lines.contentEnd(), base);
    lines.advance();
    return found == null ? Progress.COMPLETE : refuse(found);
  }

  /** A line that is too long or wrong at its beginning is refused before its end. */
  private Progress incompleteRequestLine(byte[] buffer, int base) {
    int start = base + lines.lineStart();
    int end = base + lines.scanned();
    int space = endOfMethod(buffer, start, end);
    if (space - start > limits.methodBytes()) {
      return refuse(Violation.METHOD_TOO_LONG);
    }
    if (space < end && (space == start || buffer[space] != ' ')) {
      return refuse(Violation.MALFORMED_REQUEST_LINE);
    }
    if (end - start > limits.methodBytes() + limits.targetBytes() + VERSION_LENGTH + 2) {
      return refuse(Violation.TARGET_TOO_LONG);
    }
    return Progress.INCOMPLETE;
  }

  private int endOfMethod(byte[] buffer, int start, int end) {
    int i = start;
    int most = Math.min(end, start + limits.methodBytes() + 1);
    while (i < most && Octets.is(buffer[i], Octets.TOKEN)) {
      i++;
    }
    return i;
  }

  /** RFC 9112 §3: {@code method SP request-target SP HTTP-version}, each space exactly one. */
  private @Nullable Violation understandRequestLine(byte[] buffer, int start, int end, int base) {
    int space = endOfMethod(buffer, start, end);
    if (space - start > limits.methodBytes()) {
      return Violation.METHOD_TOO_LONG;
    }
    if (space == start || space == end || buffer[space] != ' ') {
      return Violation.MALFORMED_REQUEST_LINE;
    }
    int second = space + 1;
    while (second < end && buffer[second] != ' ') {
      if (buffer[second] == '#') {
        return Violation.MALFORMED_TARGET;
      }
      second++;
    }
    if (second - space - 1 > limits.targetBytes()) {
      return Violation.TARGET_TOO_LONG;
    }
    if (second == end || second == space + 1) {
      return Violation.MALFORMED_REQUEST_LINE;
    }
    methodEnd = space - base;
    targetEnd = second - base;
    return understandVersion(buffer, second + 1, end);
  }

  private @Nullable Violation understandVersion(byte[] b, int at, int end) {
    // RFC 9112 §2.3: HTTP-name is case-sensitive, one digit on each side of the dot.
    boolean formed =
        end - at == VERSION_LENGTH
            && b[at] == 'H'
            && b[at + 1] == 'T'
            && b[at + 2] == 'T'
            && b[at + 3] == 'P'
            && b[at + 4] == '/'
            && isDigit(b[at + 5])
            && b[at + 6] == '.'
            && isDigit(b[at + 7]);
    if (!formed) {
      return Violation.MALFORMED_VERSION;
    }
    if (b[at + 5] != '1') {
      return Violation.VERSION_NOT_SUPPORTED;
    }
    // RFC 9110 §2.5: a higher minor version is understood as the highest one known.
    version = b[at + 7] == '0' ? Version.HTTP_1_0 : Version.HTTP_1_1;
    return null;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  private @Nullable Violation examine(byte[] buffer, int base, int line) {
    int start = base + section.nameStart(line);
    int end = base + section.nameEnd(line);
    int valueStart = base + section.valueStart(line);
    int valueEnd = base + section.valueEnd(line);
    if (Octets.equalsIgnoreCase(buffer, start, end, "host")) {
      return examineHost(buffer, base, valueStart, valueEnd);
    }
    return framing.examine(buffer, start, end, valueStart, valueEnd);
  }

  private @Nullable Violation examineHost(byte[] buffer, int base, int start, int end) {
    if (++hostLines > 1) {
      return Violation.HOST_REPEATED;
    }
    hostStart = start - base;
    hostEnd = end - base;
    if (start == end) {
      return waived.contains(Violation.HOST_EMPTY) ? null : Violation.HOST_EMPTY;
    }
    return Authority.isValid(buffer, start, end) ? null : Violation.HOST_MALFORMED;
  }

  private Progress complete() {
    Violation found = framing.complete(version);
    if (found != null) {
      return refuse(found);
    }
    // RFC 9112 §3.2: every HTTP/1.1 request has exactly one Host.
    return hostLines == 0 && version == Version.HTTP_1_1
        ? refuse(Violation.HOST_MISSING)
        : Progress.COMPLETE;
  }

  private Progress refuse(Violation found) {
    violation = found;
    return Progress.REFUSED;
  }

  /**
   * The parsed head, after {@link Progress#COMPLETE}.
   *
   * @throws ViolationException where the target is none of the four forms, or not the one its
   *     method wants (RFC 9112 §3.2)
   */
  public RequestHead head(byte[] buffer, int base) throws ViolationException {
    Method method = method(buffer, base + methodStart, base + methodEnd);
    int targetStart = base + methodEnd + 1;
    String raw = text(buffer, targetStart, base + targetEnd);
    String host = hostLines == 0 ? "" : host(buffer, base + hostStart, base + hostEnd);
    Target target;
    if (raw.charAt(0) == '/' && !method.equals(Method.CONNECT)) {
      target = Target.of(raw);
    } else if (raw.equals("*")) {
      target = asterisk(method);
    } else if (method.equals(Method.CONNECT)) {
      target = authorityForm(buffer, targetStart, base + targetEnd, raw);
    } else {
      int start = absoluteFormAuthority(raw);
      int end = endOfAuthority(raw, start);
      if (!Authority.isValid(buffer, targetStart + start, targetStart + end)) {
        throw new ViolationException(Violation.MALFORMED_TARGET);
      }
      // RFC 9112 §3.2.2: the target's authority takes the place of Host.
      host = raw.substring(start, end).toLowerCase(Locale.ROOT);
      String rest = raw.substring(end);
      target = Target.ofPath(raw, rest.startsWith("/") ? rest : "/" + rest);
    }
    return new RequestHead(
        method,
        target,
        version,
        section.fields(buffer, base),
        host,
        framing.contentLength(),
        framing.isChunked(),
        framing.isPersistent(version),
        framing.expectsContinue() && version == Version.HTTP_1_1,
        framing.offersUpgrade() && version == Version.HTTP_1_1);
  }

  private static Method method(byte[] b, int start, int end) {
    boolean get = end - start == 3 && b[start] == 'G' && b[start + 1] == 'E' && b[start + 2] == 'T';
    return get ? Method.GET : Method.of(text(b, start, end));
  }

  /** As a rule the next request names the same host as the last one: one text serves them all. */
  private String host(byte[] buffer, int start, int end) {
    if (!Octets.equalsIgnoreCase(buffer, start, end, lastHost)) {
      lastHost = text(buffer, start, end).toLowerCase(Locale.ROOT);
    }
    return lastHost;
  }

  private static Target asterisk(Method method) throws ViolationException {
    // RFC 9112 §3.2.4: only for OPTIONS of the server as a whole.
    if (!method.equals(Method.OPTIONS)) {
      throw new ViolationException(Violation.MALFORMED_TARGET);
    }
    return Target.ASTERISK;
  }

  private static Target authorityForm(byte[] buffer, int start, int end, String raw)
      throws ViolationException {
    if (!Authority.isValid(buffer, start, end)) {
      throw new ViolationException(Violation.MALFORMED_TARGET);
    }
    return Target.ofPath(raw, "");
  }

  private static int absoluteFormAuthority(String raw) throws ViolationException {
    for (String scheme : new String[] {"http://", "https://"}) {
      if (raw.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return scheme.length();
      }
    }
    throw new ViolationException(Violation.MALFORMED_TARGET);
  }

  private static int endOfAuthority(String raw, int start) {
    int end = start;
    while (end < raw.length() && raw.charAt(end) != '/' && raw.charAt(end) != '?') {
      end++;
    }
    return end;
  }

  private static String text(byte[] buffer, int start, int end) {
    return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
  }
}
