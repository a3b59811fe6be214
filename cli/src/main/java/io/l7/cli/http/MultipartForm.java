package io.l7.cli.http;

import io.l7.http.files.MediaTypes;
import io.l7.http.message.Body;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A form as a browser sends it with files: {@code multipart/form-data} (RFC 7578). Files are read
 * while they are sent.
 */
final class MultipartForm {
  // NAME=CONTENT, NAME=@FILE or NAME=<FILE, behind a file ;type=T and ;filename=F
  private static final Pattern PARAMETER = Pattern.compile(";(type|filename)=([^;]*)$");

  private final String boundary;
  private final List<Part> parts;

  /** One field, and its content: a text, or a file that is named to the server or not. */
  private record Part(String head, Optional<Path> file, byte[] text) {}

  /**
   * A form with these fields, in curl's words.
   *
   * @throws IllegalArgumentException one is not {@code NAME=CONTENT}
   */
  MultipartForm(List<String> fields) {
    var random = new byte[12];
    new SecureRandom().nextBytes(random);
    boundary = "------------------------" + HexFormat.of().formatHex(random);
    parts = fields.stream().map(this::part).toList();
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  private Part part(String field) {
    int equals = field.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException("-F '" + field + "' is not NAME=CONTENT or NAME=@FILE");
    }
    String name = field.substring(0, equals);
    String content = field.substring(equals + 1);
    boolean upload = content.startsWith("@");
    if (!upload && !content.startsWith("<")) {
      return new Part(
          head(name, Optional.empty(), Optional.empty()),
          Optional.empty(),
          content.getBytes(StandardCharsets.UTF_8));
    }
    String file = content.substring(1);
    Optional<String> type = Optional.empty();
    Optional<String> filename = Optional.empty();
    for (var found = PARAMETER.matcher(file); found.find(); found = PARAMETER.matcher(file)) {
      if (found.group(1).equals("type")) {
        type = Optional.of(found.group(2));
      } else {
        filename = Optional.of(found.group(2));
      }
      file = file.substring(0, found.start());
    }
    Path path = Path.of(file);
    if (upload) {
      String known = MediaTypes.of(file).replaceFirst(";.*", ""); // nobody asked for its charset
      type = Optional.of(type.orElse(known));
      filename = Optional.of(filename.orElse(String.valueOf(path.getFileName())));
    }
    return new Part(head(name, filename, type), Optional.of(path), new byte[0]);
  }

  private String head(String name, Optional<String> filename, Optional<String> type) {
    return "--"
        + boundary
        + "\r\nContent-Disposition: form-data; name=\""
        + quoted(name)
        + "\""
        + filename.map(given -> "; filename=\"" + quoted(given) + "\"").orElse("")
        + type.map(given -> "\r\nContent-Type: " + oneLine(given)).orElse("")
        + "\r\n\r\n";
  }

  // As browsers do it: the WHATWG's HTML, "multipart form data".
  private static String quoted(String text) {
    return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String oneLine(String type) {
    if (type.indexOf('\r') >= 0 || type.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("-F: a media type is one line");
    }
    return type;
  }

  /** The content; its length is known where all files are regular ones. */
  Body body() throws IOException {
    var streams = new ArrayList<InputStream>();
    long length = 0;
    boolean known = true;
    for (Part part : parts) {
      length += add(streams, part.head().getBytes(StandardCharsets.UTF_8));
      if (part.file().isPresent()) {
        Path file = part.file().get();
        if (Files.isDirectory(file)) {
          throw new FileSystemException(file.toString(), null, "a folder");
        }
        boolean input = file.toString().equals("-");
        known &= !input && Files.isRegularFile(file);
        streams.add(input ? System.in : Files.newInputStream(file));
        length += known ? Files.size(file) : 0;
      } else {
        length += add(streams, part.text());
      }
      length += add(streams, "\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    length += add(streams, ("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    var all = new SequenceInputStream(Collections.enumeration(streams));
    return known ? Body.of(all, length) : Body.of(all);
  }

  private static long add(List<InputStream> streams, byte[] octets) {
    streams.add(new ByteArrayInputStream(octets));
    return octets.length;
  }
}
