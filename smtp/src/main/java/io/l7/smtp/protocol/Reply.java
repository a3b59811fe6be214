package io.l7.smtp.protocol;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One reply (RFC 5321 §4.2), of one line or several.
 *
 * @param code 200 to 599
 * @param status the enhanced status code, which is written on every line (RFC 2034 §4)
 * @param lines the human text, at least one line, without code, status and line end
 */
public record Reply(int code, Optional<EnhancedStatus> status, List<String> lines) {
  private static final Pattern STATUS =
      Pattern.compile("([245])\\.(\\d{1,3})\\.(\\d{1,3})(?: (.*)|$)", Pattern.DOTALL);

  public Reply {
    lines = List.copyOf(lines);
    if (code < 200 || code > 599 || lines.isEmpty()) {
      throw new IllegalArgumentException("reply " + code + " " + lines);
    }
    for (var line : lines) {
      if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("line end inside a reply");
      }
    }
  }

  /**
   * A reply of one line; the text may begin with an enhanced status code, {@code "5.1.1 No such
   * user"}.
   */
  public static Reply of(int code, String text) {
    return parsed(code, List.of(text));
  }

  /**
   * Builds a reply from the texts behind the codes, taking the enhanced status code off each line.
   */
  public static Reply parsed(int code, List<String> texts) {
    var first = STATUS.matcher(texts.getFirst());
    if (!first.matches() || first.group(1).charAt(0) - '0' != code / 100) {
      return new Reply(code, Optional.empty(), texts);
    }
    var status =
        new EnhancedStatus(
            code / 100, Integer.parseInt(first.group(2)), Integer.parseInt(first.group(3)));
    return new Reply(code, Optional.of(status), texts.stream().map(Reply::withoutStatus).toList());
  }

  private static String withoutStatus(String line) {
    var m = STATUS.matcher(line);
    if (!m.matches()) {
      return line;
    }
    var rest = m.group(4);
    return rest == null ? "" : rest;
  }

  /** 2yz or 3yz. */
  public boolean isPositive() {
    return code < 400;
  }

  /** 2yz: what was asked for is done. */
  public boolean isCompletion() {
    return code < 300;
  }

  /** 4yz: the same command may succeed later. */
  public boolean isTransient() {
    return code >= 400 && code < 500;
  }

  /** 5yz: do not try this again. */
  public boolean isPermanent() {
    return code >= 500;
  }

  /** The wire form, all lines, each ended by CR LF. */
  public byte[] toBytes() {
    var out = new StringBuilder(lines.size() * 48);
    for (var i = 0; i < lines.size(); i++) {
      out.append(code).append(i == lines.size() - 1 ? ' ' : '-');
      status.ifPresent(s -> out.append(s).append(' '));
      out.append(lines.get(i)).append("\r\n");
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** One line for logs and reports: code, status, and the lines joined by blanks. */
  @Override
  public String toString() {
    return code + status.map(s -> " " + s).orElse("") + " " + String.join(" ", lines);
  }
}
