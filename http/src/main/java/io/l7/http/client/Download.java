package io.l7.http.client;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file fetched to disk, going on where an earlier attempt stopped (RFC 9110 §14). A connection
 * that breaks off leaves what came; the next attempt asks for the rest, with {@code If-Range} so
 * that two versions are never mixed while the client knows the validator.
 */
public final class Download {
  private static final int BUFFER = 64 * 1024;

  private Download() {}

  /** How a download ended. */
  public sealed interface Outcome {
    /** The file is whole. */
    record Complete(Path file, long length, Response response) implements Outcome {}

    /** The server answered otherwise; the body is open and the caller's to close. */
    record Refused(Response response) implements Outcome {}
  }

  /** Sends requests: a client. */
  @FunctionalInterface
  public interface Sender {
    Response send(Request request) throws IOException;
  }

  /** Fetches to a file, in place of what it holds. */
  public static Outcome fresh(Sender client, Request request, Path file, Progress progress)
      throws IOException {
    return attempt(client, request, file, 0, Optional.empty(), progress);
  }

  /**
   * Fetches what a file still lacks; a whole file is left as it is.
   *
   * @param validator the ETag or Last-Modified of the version that the file is the beginning of,
   *     where it is known
   */
  public static Outcome resumed(
      Sender client, Request request, Path file, Optional<String> validator, Progress progress)
      throws IOException {
    return attempt(
        client, request, file, Files.exists(file) ? Files.size(file) : 0, validator, progress);
  }

  /** Fetches to a file and goes on after a broken connection, up to this many times. */
  public static Outcome persistent(
      Sender client, Request request, Path file, int retries, Progress progress)
      throws IOException {
    Optional<String> validator = Optional.empty();
    var seen = new Response[1];
    for (int attempt = 0; ; attempt++) {
      try {
        Sender noting =
            r -> {
              Response response = client.send(r);
              seen[0] = response;
              return response;
            };
        return attempt == 0
            ? fresh(noting, request, file, progress)
            : attempt(noting, request, file, Files.size(file), validator, progress);
      } catch (ClientException.BrokenOff | ClientException.TimedOut e) {
        validator = seen[0] == null ? Optional.empty() : validatorOf(seen[0]);
        if (attempt == retries || validator.isEmpty()) {
          throw e;
        }
      }
    }
  }

  // RFC 9110 §13.1.5: a weak validator cannot vouch for bytes.
  private static Optional<String> validatorOf(Response response) {
    return response
        .field(FieldNames.ETAG)
        .filter(tag -> !tag.startsWith("W/"))
        .or(() -> response.field(FieldNames.LAST_MODIFIED));
  }

  private static Outcome attempt(
      Sender client,
      Request request,
      Path file,
      long have,
      Optional<String> validator,
      Progress progress)
      throws IOException {
    Request asked = request.with(FieldNames.ACCEPT_ENCODING, "identity");
    if (have > 0) {
      asked = asked.with(FieldNames.RANGE, "bytes=" + have + "-");
      if (validator.isPresent()) {
        asked = asked.with(FieldNames.IF_RANGE, validator.get());
      }
    }
    Response response = client.send(asked);
    int code = response.status().code();
    if (code == Status.RANGE_NOT_SATISFIABLE.code()
        && have > 0
        && response
            .field(FieldNames.CONTENT_RANGE)
            .filter(("bytes */" + have)::equals)
            .isPresent()) {
      response.body().close();
      return new Outcome.Complete(file, have, response);
    }
    if (code == 206 && have > 0) {
      if (!response
          .fields()
          .first(FieldNames.CONTENT_RANGE, "")
          .startsWith("bytes " + have + "-")) {
        response.body().close();
        throw new ClientException.BadResponse(
            "asked for bytes from "
                + have
                + ", got Content-Range "
                + response.fields().first(FieldNames.CONTENT_RANGE, "(none)"));
      }
      long at = save(response, file, have, progress);
      if (at < completeLength(response).orElse(at)) {
        throw new ClientException
            .BrokenOff( // RFC 9110 §15.3.7: it may send less than was asked for
            "the server sent bytes up to " + at + " of " + completeLength(response).getAsLong(),
            new EOFException());
      }
      return new Outcome.Complete(file, at, response);
    }
    if (code == 200) {
      return new Outcome.Complete(file, save(response, file, 0, progress), response);
    }
    return new Outcome.Refused(response);
  }

  private static OptionalLong completeLength(Response response) {
    String range = response.fields().first(FieldNames.CONTENT_RANGE, "");
    String digits = range.substring(range.indexOf('/') + 1).strip();
    return digits.matches("[0-9]{1,18}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  private static long save(Response response, Path file, long from, Progress progress)
      throws IOException {
    OptionalLong length = response.body().length();
    OptionalLong total =
        length.isPresent() ? OptionalLong.of(from + length.getAsLong()) : OptionalLong.empty();
    long at = from;
    try (InputStream in = response.body().open();
        var out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.truncate(from);
      var buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        var bytes = ByteBuffer.wrap(buffer, 0, count);
        while (bytes.hasRemaining()) {
          at += out.write(bytes, at);
        }
        progress.at(at, total);
      }
    }
    return at;
  }
}
