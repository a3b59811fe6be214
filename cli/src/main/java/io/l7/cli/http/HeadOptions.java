package io.l7.cli.http;

import io.l7.cli.Errors;
import io.l7.cli.Failure;
import io.l7.http.client.HeadListener;
import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import io.l7.http.message.Version;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the heads of answers: of interim ones, of redirects, and of the last. */
final class HeadOptions implements HeadListener {
  @Option(
      names = {"-i", "--include"},
      description = "Print the header of each answer before the body.")
  private boolean include;

  @Option(
      names = {"-I", "--head"},
      description = "Ask for the header alone, and print it.")
  private boolean alone;

  @Option(
      names = {"-D", "--dump-header"},
      paramLabel = "FILE",
      description = "Write the header of each answer to a file; - is standard output.")
  private @Nullable String dump;

  private final StringBuilder heads = new StringBuilder();
  private Version version = Version.HTTP_1_1;

  @Override
  public void head(Version of, Status status, Fields fields) {
    version = of;
    heads
        .append(of + " " + status + "\r\n")
        .append(fields.toString().replace("\n", "\r\n"))
        .append("\r\n");
  }

  /** Whether nothing but the header is asked for. */
  boolean isAlone() {
    return alone;
  }

  /** The version of the last answer. */
  Version version() {
    return version;
  }

  /** Writes the heads so far in front of a body, if they are wanted there. */
  void precede(OutputStream out) throws IOException {
    if (include || alone) {
      out.write(octets());
      out.flush();
    }
  }

  /** Writes the heads so far where {@code -D} wants them. */
  void dump(OutputStream standard) throws IOException {
    if (dump != null && dump.equals("-")) {
      standard.write(octets());
      standard.flush();
    } else if (dump != null) {
      try {
        Files.write(Path.of(dump), octets());
      } catch (IOException e) {
        throw new Failure(dump, Errors.line(e), e);
      }
    }
  }

  private byte[] octets() {
    return heads.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
