package io.l7.cli.smtp;

import io.l7.smtp.message.InternetDate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes a content as swaks does: a template with tokens, fields that are added or replaced, and a
 * MIME message when something is attached. Texts hold an octet a character here: what is in a file
 * may be of any charset, or of none.
 */
final class SwaksMessage {
  private static final String TEMPLATE =
      "Date: %DATE%\nTo: %TO_ADDRESS%\nFrom: %FROM_ADDRESS%\nSubject: test %DATE%\n"
          + "Message-Id: <%MESSAGEID%>\nX-Mailer: l7 smtp send\n%NEW_HEADERS%\n%BODY%\n\n\n";

  private final InputStream in;
  private final List<String> fields = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final List<Part> bodies = new ArrayList<>();
  private final List<Part> attachments = new ArrayList<>();
  private Optional<String> data = Optional.empty();
  private Optional<String> text = Optional.empty();
  private String type = "";
  private Optional<String> name = Optional.empty();
  private byte[] standardInput = new byte[0];
  private boolean read;

  private record Part(byte[] octets, String type, Optional<String> name) {}

  /** {@code -} means {@code in}. */
  SwaksMessage(InputStream in) {
    this.in = in;
  }

  /** The whole content, of {@code --data}. */
  void data(String specification) throws IOException {
    data = Optional.of(new String(octets(specification), StandardCharsets.ISO_8859_1));
  }

  /** The text, of {@code --body}. */
  void body(String specification) throws IOException {
    text = Optional.of(new String(octets(specification), StandardCharsets.ISO_8859_1));
  }

  /** A field that replaces its namesake: {@code --header 'Name: value'}. */
  void field(String field) {
    fields.add(octetwise(field.replace("\\n", "\n")));
  }

  /** A field more: {@code --add-header 'Name: value'}. */
  void add(String field) {
    added.add(octetwise(field.replace("\\n", "\n")));
  }

  /** The media type of what is attached from here on. */
  void type(String of) {
    type = of;
  }

  /** The file name of the next part. */
  void name(String of) {
    name = Optional.of(of);
  }

  /** A part of the body; several are alternatives. */
  void attachBody(String specification) throws IOException {
    bodies.add(new Part(octets(specification), type.isEmpty() ? "text/plain" : type, name));
    type = "";
    name = Optional.empty();
  }

  /** A part behind the body. */
  void attach(String specification) throws IOException {
    var own =
        specification.startsWith("@") && !specification.startsWith("@@")
            ? Optional.of(String.valueOf(Path.of(specification.substring(1)).getFileName()))
            : Optional.<String>empty();
    attachments.add(
        new Part(
            octets(specification),
            type.isEmpty() ? "application/octet-stream" : type,
            name.or(() -> own)));
    name = Optional.empty();
  }

  /** Text with {@code \n}, {@code @FILE}, {@code @@text}, or {@code -}. */
  private byte[] octets(String specification) throws IOException {
    if (specification.equals("-")) {
      if (!read) {
        standardInput = in.readAllBytes();
        read = true;
      }
      return standardInput;
    }
    if (specification.startsWith("@") && !specification.startsWith("@@")) {
      return Files.readAllBytes(Path.of(specification.substring(1)));
    }
    var plain = specification.startsWith("@@") ? specification.substring(1) : specification;
    return plain.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String octetwise(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The content, its lines ended by CR LF. */
  byte[] octets(String from, List<String> to) {
    var boundary = "----=_L7_" + UUID.randomUUID();
    var mime = !attachments.isEmpty() || !bodies.isEmpty();
    if (mime) {
      fields.add("MIME-Version: 1.0");
      fields.add("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"");
    }
    var all = data.orElse(TEMPLATE).replace("\r\n", "\n").replace("\\n", "\n");
    if (all.startsWith("From ")) { // a line of an mbox is no field
      all = all.substring(all.indexOf('\n') + 1);
    }
    all = withFields(all);
    all =
        all.replace("%BODY%", mime ? parts(boundary) : text.orElse("This is a test mailing"))
            .replace("%DATE%", InternetDate.format(Instant.now()))
            .replace("%FROM_ADDRESS%", octetwise(from))
            .replace("%TO_ADDRESS%", octetwise(String.join(",", to)))
            .replace("%MESSAGEID%", UUID.randomUUID() + "@" + octetwise(domain(from)))
            .replace("%NEWLINE%", "\n");
    if (all.endsWith("\n.\n")) {
      all = all.substring(0, all.length() - 2);
    }
    return all.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private String withFields(String all) {
    var end = all.startsWith("\n") ? 0 : all.indexOf("\n\n") + 1;
    var token = all.indexOf("%NEW_HEADERS%\n");
    var header = new StringBuilder(token >= 0 ? all.substring(0, token) : all.substring(0, end));
    var rest = token >= 0 ? all.substring(token + "%NEW_HEADERS%".length()) : all.substring(end);
    var fresh = fields.stream().filter(f -> !replaced(header, f)).toList();
    added.forEach(f -> header.append(f).append('\n'));
    fresh.forEach(f -> header.append(f).append('\n'));
    return header + rest;
  }

  private static boolean replaced(StringBuilder header, String field) {
    var name = field.substring(0, field.indexOf(':') + 1).toLowerCase(Locale.ROOT);
    var at = 0;
    while (at < header.length()) {
      var end = lineEnd(header, at);
      while (end < header.length() && (header.charAt(end) == ' ' || header.charAt(end) == '\t')) {
        end = lineEnd(header, end); // a folded field goes as a whole
      }
      if (header.substring(at, end).toLowerCase(Locale.ROOT).startsWith(name)) {
        header.replace(at, end, field + "\n");
        return true;
      }
      at = end;
    }
    return false;
  }

  private static int lineEnd(StringBuilder header, int at) {
    var feed = header.indexOf("\n", at);
    return feed < 0 ? header.length() : feed + 1;
  }

  private String parts(String boundary) {
    var out = new StringBuilder();
    var alternatives = new ArrayList<>(bodies);
    if (bodies.isEmpty()) {
      var body = text.orElse("This is a test mailing");
      alternatives.add(
          new Part(body.getBytes(StandardCharsets.ISO_8859_1), "text/plain", Optional.empty()));
    }
    if (alternatives.size() == 1) {
      part(out, boundary, alternatives.getFirst());
    } else {
      var inner = boundary + "_alternatives";
      out.append("--").append(boundary).append('\n');
      out.append("Content-Type: multipart/alternative; boundary=\"").append(inner).append("\"\n\n");
      alternatives.forEach(p -> part(out, inner, p));
      out.append("--").append(inner).append("--\n");
    }
    attachments.forEach(p -> part(out, boundary, p));
    return out.append("--").append(boundary).append("--").toString();
  }

  private static void part(StringBuilder out, String boundary, Part part) {
    out.append("--").append(boundary).append('\n');
    out.append("Content-Type: ").append(part.type());
    var name = part.name().map(SwaksMessage::octetwise);
    name.ifPresent(n -> out.append("; name=\"").append(n).append('"'));
    out.append('\n');
    name.ifPresent(n -> out.append("Content-Description: ").append(n).append('\n'));
    var text = new String(part.octets(), StandardCharsets.ISO_8859_1);
    var plain = part.type().startsWith("text/") && text.chars().allMatch(c -> c < 127 && c != '\r');
    if (!part.type().startsWith("text/") || part.name().isPresent()) {
      out.append("Content-Disposition: attachment");
      name.ifPresent(n -> out.append("; filename=\"").append(n).append('"'));
      out.append('\n');
    }
    if (plain) {
      out.append('\n').append(text).append(text.endsWith("\n") ? "" : "\n");
    } else {
      var base64 = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(part.octets());
      out.append("Content-Transfer-Encoding: BASE64\n\n").append(base64).append("\n\n");
    }
  }

  private static String domain(String from) {
    var at = from.lastIndexOf('@');
    return at < 0 ? "localhost" : from.substring(at + 1);
  }
}
