package io.l7.smtp.client;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.framing.WireReader;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.util.ArrayList;

/** Reads replies (RFC 5321 §4.2.1). */
final class ReplyReader {
  /** Octets of one line; RFC 5321 §4.5.3.1.5 says 512, some servers say more. */
  private static final int MAX_LINE = 4096;

  /** Lines of one reply; no EHLO reply comes near. */
  private static final int MAX_LINES = 256;

  private ReplyReader() {}

  static Reply read(WireReader in) throws IOException {
    var texts = new ArrayList<String>();
    var code = -1;
    while (true) {
      var line =
          in.line(MAX_LINE, LineEnds.LENIENT).orElseThrow(() -> new Truncated("a reply")).utf8();
      var digits = line.length() >= 3 ? line.substring(0, 3) : "";
      if (!digits.matches("[2-5][0-9][0-9]")) {
        throw new Malformed("no reply code in: " + printable(line));
      }
      var separator = line.length() > 3 ? line.charAt(3) : ' ';
      var number = Integer.parseInt(digits);
      if (separator != ' ' && separator != '-' || code >= 0 && number != code) {
        throw new Malformed("malformed reply: " + printable(line));
      }
      code = number;
      texts.add(line.length() > 4 ? withoutControls(line.substring(4)) : "");
      if (separator == ' ') {
        return Reply.parsed(code, texts);
      }
      if (texts.size() >= MAX_LINES) {
        throw new Malformed("reply without end");
      }
    }
  }

  /** The texts end up in logs, in the queue's records and on terminals. */
  private static String withoutControls(String text) {
    if (text.chars().noneMatch(Character::isISOControl)) {
      return text;
    }
    var out = new StringBuilder(text.length());
    text.chars().forEach(c -> out.append(Character.isISOControl(c) ? ' ' : (char) c));
    return out.toString();
  }

  private static String printable(String line) {
    var out = new StringBuilder();
    line.chars().limit(80).forEach(c -> out.append(c >= 32 && c < 127 ? (char) c : '?'));
    return out.toString();
  }
}
