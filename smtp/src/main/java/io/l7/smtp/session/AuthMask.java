package io.l7.smtp.session;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Takes the initial response of AUTH out of transcripts: it is on the wire before anyone knows that
 * a secret follows. So may be the responses to come, of a client that does not wait to be asked;
 * and any of it may come in pieces. Thread-safe.
 */
public final class AuthMask implements Transcript {
  private static final Pattern COMMAND = Pattern.compile("(?i)AUTH +[A-Z0-9_-]+( +)?(.*)");
  private static final Pattern RESPONSE = Pattern.compile("[A-Za-z0-9+/=]+");
  private static final String VERB = "AUTH";
  private static final String MASK = "****";

  /** Characters of a line that are needed to see where its secret begins. */
  private static final int HEAD = 64;

  private final Transcript sink;
  private final Map<String, Begun> begun = new ConcurrentHashMap<>();

  /**
   * What a client has said last.
   *
   * @param head how a line without an end yet begins
   * @param authenticating whether the line before it was AUTH, or masked behind one
   */
  private record Begun(String head, boolean authenticating) {
    static final Begun NOTHING = new Begun("", false);
  }

  private AuthMask(Transcript sink) {
    this.sink = sink;
  }

  /** The sink behind a mask. */
  public static Transcript over(Transcript sink) {
    return sink.wanted() ? new AuthMask(sink) : sink;
  }

  @Override
  public void event(Event event) {
    switch (event) {
      case Event.Spoke spoke when spoke.by() == Event.Side.CLIENT -> sink.event(masked(spoke));
      case Event.Spoke spoke -> {
        if (spoke.octets().length > 0 && spoke.octets()[0] != '3') { // no 334: AUTH is over
          begun.computeIfPresent(
              spoke.connection(), (connection, state) -> new Begun(state.head, false));
        }
        sink.event(event);
      }
      case Event.Closed closed -> {
        begun.remove(closed.connection());
        sink.event(event);
      }
      default -> sink.event(event);
    }
  }

  private Event masked(Event.Spoke spoke) {
    var text = new String(spoke.octets(), StandardCharsets.ISO_8859_1);
    var state = begun.getOrDefault(spoke.connection(), Begun.NOTHING);
    var out = new StringBuilder(text.length());
    for (var at = 0; at < text.length(); ) {
      var end = text.indexOf('\n', at);
      var next = end < 0 ? text.length() : end + 1;
      state = line(state, text.substring(at, next), out);
      at = next;
    }
    if (state.equals(Begun.NOTHING)) {
      begun.remove(spoke.connection());
    } else {
      begun.put(spoke.connection(), state);
    }
    return out.toString().equals(text)
        ? spoke
        : new Event.Spoke(
            spoke.at(),
            spoke.connection(),
            spoke.by(),
            out.toString().getBytes(StandardCharsets.ISO_8859_1),
            spoke.cover());
  }

  /** Shows a line, or a piece of one, as far as that may be; returns what is to be remembered. */
  private static Begun line(Begun state, String piece, StringBuilder out) {
    var content = piece.stripTrailing();
    var whole = state.head + content;
    var command = COMMAND.matcher(whole);
    var isAuth = command.matches();
    var isResponse = !isAuth && state.authenticating && RESPONSE.matcher(whole).matches();
    if (isAuth && command.end(1) > 0 && !command.group(2).isEmpty()) {
      out.append(content, 0, Math.max(0, command.end(1) - state.head.length())).append(MASK);
    } else if (isResponse && !content.isEmpty()) {
      out.append(MASK);
    } else {
      out.append(content);
    }
    out.append(piece, content.length(), piece.length());
    if (piece.endsWith("\n")) {
      return new Begun("", isAuth || isResponse);
    }
    // a blank at the end of a piece is part of the line that goes on
    var head = state.head + piece;
    var mayBeAuth = head.regionMatches(true, 0, VERB, 0, Math.min(head.length(), VERB.length()));
    return mayBeAuth || state.authenticating
        ? new Begun(head.substring(0, Math.min(head.length(), HEAD)), state.authenticating)
        : Begun.NOTHING;
  }
}
