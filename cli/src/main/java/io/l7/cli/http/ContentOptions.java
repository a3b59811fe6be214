package io.l7.cli.http;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.PercentEncoding;
import io.l7.http.message.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what a request carries. */
final class ContentOptions {
  @Option(
      names = {"-d", "--data"},
      paramLabel = "DATA|@FILE",
      description =
          "Send this content by POST; @- is standard input. Line ends of a file are left out;"
              + " several are joined by '&'.")
  private List<String> data = new ArrayList<>();

  @Option(
      names = "--data-binary",
      paramLabel = "DATA|@FILE",
      description = "The same, octet for octet.")
  private List<String> binary = new ArrayList<>();

  @Option(
      names = "--data-raw",
      paramLabel = "DATA",
      description = "The same as -d, but that @ is an @.")
  private List<String> raw = new ArrayList<>();

  @Option(
      names = "--data-urlencode",
      paramLabel = "[NAME=]DATA",
      description = "The same as -d, with DATA encoded; NAME@FILE encodes a file.")
  private List<String> encoded = new ArrayList<>();

  @Option(
      names = {"-G", "--get"},
      description = "Send what -d and the like give by GET, in the URL's query.")
  private boolean inQuery;

  @Option(
      names = {"-F", "--form"},
      paramLabel = "NAME=DATA|@FILE",
      description =
          "Send a form as multipart/form-data by POST; behind @FILE ;type=TYPE and ;filename=NAME;"
              + " <FILE is a file's text.")
  private List<String> form = new ArrayList<>();

  @Option(
      names = {"-T", "--upload-file"},
      paramLabel = "FILE",
      description = "Send this file by PUT; - is standard input.")
  private @Nullable String upload;

  /**
   * Looks over what was typed.
   *
   * @throws IllegalArgumentException some of it does not go together
   */
  void check() {
    if (Stream.of(hasData(), !form.isEmpty(), isUpload()).filter(given -> given).count() > 1) {
      throw new IllegalArgumentException("one of -d, -F and -T alone says what is sent");
    }
    if (inQuery && (!form.isEmpty() || isUpload())) {
      throw new IllegalArgumentException("-G goes with -d, not with -F or -T");
    }
  }

  /** Whether there is content for a POST. */
  boolean isForm() {
    return !inQuery && hasData() || !form.isEmpty();
  }

  /** Whether there is a file for a PUT. */
  boolean isUpload() {
    return upload != null;
  }

  private boolean hasData() {
    return Stream.of(data, binary, raw, encoded).anyMatch(given -> !given.isEmpty());
  }

  /** The URL that is asked for: with what {@code -G} puts into it. */
  String url(String typed) throws IOException {
    if (!inQuery || !hasData()) {
      return typed;
    }
    int hash = typed.indexOf('#');
    String asked = hash < 0 ? typed : typed.substring(0, hash);
    return asked
        + (asked.indexOf('?') < 0 ? "?" : "&")
        + new String(data(), StandardCharsets.UTF_8);
  }

  /** Adds the content, and the field that says what it is. */
  Request on(Request request) throws IOException {
    if (upload != null) {
      return request.withBody(upload.equals("-") ? Body.of(System.in) : body(Path.of(upload)));
    }
    if (!form.isEmpty()) {
      var multipart = new MultipartForm(form);
      return typed(request, multipart.contentType()).withBody(multipart.body());
    }
    return isForm()
        ? typed(request, "application/x-www-form-urlencoded").withBody(Body.of(data()))
        : request;
  }

  private static Request typed(Request request, String type) {
    var fields = request.fields().toBuilder();
    fields.setIfAbsent(FieldNames.CONTENT_TYPE, type);
    return request.withFields(fields.build());
  }

  private byte[] data() throws IOException {
    var all = new ByteArrayOutputStream();
    for (String part : data) {
      join(all, part.startsWith("@") ? withoutLineEnds(read(part)) : read(part));
    }
    for (String part : binary) {
      join(all, read(part));
    }
    for (String part : raw) {
      join(all, part.getBytes(StandardCharsets.UTF_8));
    }
    for (String part : encoded) {
      join(all, encode(part));
    }
    return all.toByteArray();
  }

  // curl's rules: DATA, =DATA, NAME=DATA, @FILE and NAME@FILE; the name is encoded already.
  private static byte[] encode(String part) throws IOException {
    int at = 0;
    while (at < part.length() && part.charAt(at) != '=' && part.charAt(at) != '@') {
      at++;
    }
    if (at == part.length()) {
      return percent(part.getBytes(StandardCharsets.UTF_8));
    }
    var out = new ByteArrayOutputStream();
    if (at > 0) {
      out.write((part.substring(0, at) + "=").getBytes(StandardCharsets.UTF_8));
    }
    out.write(
        percent(
            part.charAt(at) == '@'
                ? read(part.substring(at))
                : part.substring(at + 1).getBytes(StandardCharsets.UTF_8)));
    return out.toByteArray();
  }

  private static byte[] percent(byte[] octets) {
    return PercentEncoding.of(octets).getBytes(StandardCharsets.US_ASCII);
  }

  private static Body body(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "a folder");
    }
    // Of a pipe nobody knows how long it is.
    return Files.isRegularFile(file)
        ? Body.of(Files.newInputStream(file), Files.size(file))
        : Body.of(Files.newInputStream(file));
  }

  private static void join(ByteArrayOutputStream all, byte[] part) throws IOException {
    if (all.size() > 0) {
      all.write('&');
    }
    all.write(part);
  }

  private static byte[] read(String part) throws IOException {
    if (part.equals("@-")) {
      return System.in.readAllBytes();
    }
    return part.startsWith("@")
        ? Files.readAllBytes(Path.of(part.substring(1)))
        : part.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] withoutLineEnds(byte[] octets) {
    var kept = new ByteArrayOutputStream(octets.length);
    for (byte octet : octets) {
      if (octet != '\r' && octet != '\n' && octet != 0) {
        kept.write(octet);
      }
    }
    return kept.toByteArray();
  }
}
