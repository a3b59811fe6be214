package io.l7.cli.http;

import io.l7.http.message.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
      names = {"-T", "--upload-file"},
      paramLabel = "FILE",
      description = "Send this file by PUT; - is standard input.")
  private @Nullable String upload;

  /** Whether there is content for a POST. */
  boolean isForm() {
    return !data.isEmpty() || !binary.isEmpty();
  }

  /** Whether there is a file for a PUT. */
  boolean isUpload() {
    return upload != null;
  }

  /** All of it. */
  Body body() throws IOException {
    if (upload != null) {
      return upload.equals("-") ? Body.of(System.in) : body(Path.of(upload));
    }
    if (!isForm()) {
      return Body.empty();
    }
    var all = new ByteArrayOutputStream();
    for (String part : data) {
      join(all, part.startsWith("@") ? withoutLineEnds(read(part)) : read(part));
    }
    for (String part : binary) {
      join(all, read(part));
    }
    return Body.of(all.toByteArray());
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
