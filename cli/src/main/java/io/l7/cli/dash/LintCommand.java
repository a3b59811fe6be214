package io.l7.cli.dash;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.lint.Finding;
import io.l7.dash.lint.Linter;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientException;
import io.l7.http.message.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code l7 dash lint}. */
@Command(
    name = "lint",
    description = "Check an MPD and its segments; exit status 1 where there is an error.")
final class LintCommand extends L7Command {
  @Parameters(paramLabel = "URL|FILE", description = "The MPD.")
  private String manifest = "";

  private static final DashLimits LIMITS = DashLimits.defaults();

  @Override
  protected int run() throws Exception {
    boolean remote = manifest.matches("(?i)https?://.*");
    if (!remote && !Files.isReadable(Path.of(manifest))) {
      throw failure(manifest, "no such file, or not readable");
    }
    List<Finding> findings;
    if (remote) {
      try (var client = HttpClient.create()) {
        URI uri = URI.create(manifest);
        findings =
            new Linter((u, range) -> fetch(client, u, range), LIMITS)
                .check(fetch(client, uri, Optional.empty()), uri);
      } catch (ClientException e) {
        throw failure(manifest, ClientException.words(e));
      } catch (IllegalArgumentException e) {
        throw usage("not a URL: " + e.getMessage());
      }
    } else {
      Path file = Path.of(manifest).toAbsolutePath();
      findings =
          new Linter(LintCommand::readFile, LIMITS).check(Files.readAllBytes(file), file.toUri());
    }
    long errors = findings.stream().filter(f -> f.severity() == Finding.Severity.ERROR).count();
    if (json()) {
      out()
          .println(
              Json.object()
                  .put("findings", findings.stream().map(Finding::toJson).toList())
                  .build());
    } else {
      findings.forEach(this::print);
      out().println(count(findings.size(), "finding") + ", " + count(errors, "error"));
    }
    return errors == 0 ? 0 : 1;
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private void print(Finding f) {
    String severity = f.severity().name().toLowerCase(Locale.ROOT);
    out()
        .println(
            severity
                + " "
                + f.path()
                + " line "
                + f.line()
                + ": "
                + f.message()
                + " ["
                + f.rule()
                + "]");
  }

  private static byte[] fetch(HttpClient client, URI uri, Optional<ByteRange> range)
      throws IOException {
    Request request = Request.get(uri.toString());
    if (range.isPresent()) {
      request = request.with("Range", "bytes=" + range.get().first() + "-" + range.get().last());
    }
    var response = client.send(request);
    try (var body = response.body()) {
      if (response.status().code() >= 300) {
        throw new IOException("answer " + response.status());
      }
      return body.bytes(LIMITS.segmentBytes());
    }
  }

  private static byte[] readFile(URI uri, Optional<ByteRange> range) throws IOException {
    if (!"file".equals(uri.getScheme())) {
      throw new IOException("not beside the manifest");
    }
    Path file = Path.of(uri);
    if (!Files.isRegularFile(file)) {
      throw new IOException("no such file");
    }
    long size = Files.size(file);
    var part = range.orElse(new ByteRange(0, size - 1));
    if (part.first() < 0 || part.last() >= size) {
      throw new IOException("the file has only " + size + " bytes");
    }
    if (part.length() > LIMITS.segmentBytes()) {
      throw new IOException("a segment of " + part.length() + " bytes");
    }
    try (var in = Files.newByteChannel(file)) { // a film in one file is many segments
      var bytes = ByteBuffer.allocate((int) Math.max(0, part.length()));
      in.position(part.first());
      while (bytes.hasRemaining() && in.read(bytes) >= 0) {}
      return bytes.array();
    }
  }
}
