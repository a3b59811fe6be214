package io.l7.smtp.session;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Takes the initial response of AUTH out of transcripts: it is on the wire before anyone knows that
 * a secret follows.
 */
public final class AuthMask implements Transcript {
  private static final Pattern AUTH = Pattern.compile("(?im)^(AUTH +[A-Z0-9_-]+ +)[^\\r\\n]+");

  private final Transcript sink;

  private AuthMask(Transcript sink) {
    this.sink = sink;
  }

  /** The sink behind a mask. */
  public static Transcript over(Transcript sink) {
    return sink.wanted() ? new AuthMask(sink) : sink;
  }

  @Override
  public void event(Event event) {
    sink.event(
        event instanceof Event.Spoke spoke && begins(spoke.octets()) ? masked(spoke) : event);
  }

  private static boolean begins(byte[] octets) {
    for (var i = 0; i + 4 < octets.length; i++) {
      var lineStart = i == 0 || octets[i - 1] == '\n';
      if (lineStart && (octets[i] | 0x20) == 'a' && (octets[i + 1] | 0x20) == 'u') {
        return true;
      }
    }
    return false;
  }

  private static Event masked(Event.Spoke spoke) {
    var text = new String(spoke.octets(), StandardCharsets.ISO_8859_1);
    var masked = AUTH.matcher(text).replaceAll("$1****");
    return new Event.Spoke(
        spoke.at(),
        spoke.connection(),
        spoke.by(),
        masked.getBytes(StandardCharsets.ISO_8859_1),
        spoke.cover());
  }
}
