package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.common.time.Scheduler;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.semantics.ByteRanges;
import io.l7.http.semantics.Preconditions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.time.InstantSource;
import java.util.zip.GZIPOutputStream;

/** Makes answers of representations: whole, not modified, in parts. */
final class FileAnswers {
  private static final int COPY_BYTES = 16 << 10;

  private final DiskPool disk;
  private final OpenFiles open;
  private final InstantSource clock;

  FileAnswers(DiskPool disk, InstantSource clock) {
    this.disk = disk;
    this.open = new OpenFiles(disk, Scheduler.real());
    this.clock = clock;
  }

  /** 200 with everything. */
  Response whole(Request request, SiteFile file, Representation representation) throws IOException {
    return switch (representation.content()) {
      case Representation.Held _ -> representation.whole();
      case Representation.Stored stored -> {
        // HEAD opens nothing: Content-Length alone says what GET would send.
        if (request.method().equals(Method.HEAD)) {
          yield representation
              .whole()
              .with(FieldNames.CONTENT_LENGTH, Long.toString(stored.state().size()));
        }
        var state = stored.state();
        yield representation.whole().withBody(open.region(file, state, 0, state.size()));
      }
      case Representation.Compressed compressed -> {
        if (request.method().equals(Method.HEAD)) {
          yield representation.whole();
        }
        yield representation
            .whole()
            .withBody(Body.of(out -> compress(file, compressed.state(), out)));
      }
    };
  }

  /** Conditions first, then Range (RFC 9110 §13.2.2). */
  Response conditional(Request request, SiteFile file, Representation representation)
      throws IOException {
    Instant now = clock.instant();
    Fields fields = request.fields();
    return switch (Preconditions.evaluate(
        request.method(), fields, representation.validators(), now)) {
      case FAILED -> Response.error(Status.PRECONDITION_FAILED);
      case NOT_MODIFIED -> notModified(representation);
      case PROCEED -> {
        boolean ranged =
            request.method().equals(Method.GET)
                && fields.count(FieldNames.RANGE) == 1
                && !(representation.content() instanceof Representation.Compressed)
                && Preconditions.rangeApplies(fields, representation.validators(), now);
        yield ranged ? ranged(request, file, representation) : whole(request, file, representation);
      }
    };
  }

  /** RFC 9110 §15.4.5: the fields a cache may need, no more. */
  private static Response notModified(Representation representation) {
    var fields = Fields.builder();
    representation
        .fields()
        .forEach(
            (name, value) -> {
              if (name.equals(FieldNames.ETAG)
                  || name.equals(FieldNames.LAST_MODIFIED)
                  || name.equals(FieldNames.VARY)) {
                fields.add(name, value);
              }
            });
    return Response.of(Status.NOT_MODIFIED, fields.build(), Body.empty());
  }

  private Response ranged(Request request, SiteFile file, Representation representation)
      throws IOException {
    long total =
        switch (representation.content()) {
          case Representation.Held held -> held.octets().length;
          case Representation.Stored stored -> stored.state().size();
          case Representation.Compressed compressed -> compressed.state().size();
        };
    return switch (ByteRanges.read(request.fields().first(FieldNames.RANGE, ""), total)) {
      case ByteRanges.Whole _ -> whole(request, file, representation);
      case ByteRanges.Unsatisfiable _ ->
          Response.error(Status.RANGE_NOT_SATISFIABLE)
              .with(FieldNames.CONTENT_RANGE, "bytes */" + total);
      case ByteRanges.Parts parts when parts.parts().size() == 1 ->
          onePart(file, representation, parts.parts().getFirst(), total);
      case ByteRanges.Parts parts -> {
        var multipart =
            new MultipartRanges(
                parts.parts(), total, representation.fields().first(FieldNames.CONTENT_TYPE, ""));
        yield multipart.isExcessive()
            ? whole(request, file, representation)
            : manyParts(file, representation, multipart);
      }
    };
  }

  private Response onePart(
      SiteFile file, Representation representation, ByteRanges.Part part, long total)
      throws IOException {
    Body body =
        switch (representation.content()) {
          case Representation.Held held ->
              new Body.Bytes(held.octets(), (int) part.first(), (int) part.length());
          case Representation.Stored stored ->
              open.region(file, stored.state(), part.first(), part.length());
          case Representation.Compressed _ ->
              throw new IllegalStateException("no ranges of what is compressed while it is sent");
        };
    return Response.of(
        Status.PARTIAL_CONTENT,
        representation.fields().with(FieldNames.CONTENT_RANGE, part.contentRange(total)),
        body);
  }

  private Response manyParts(
      SiteFile file, Representation representation, MultipartRanges multipart) throws IOException {
    Body body =
        switch (representation.content()) {
          case Representation.Held held -> multipart.body(held.octets());
          case Representation.Stored stored ->
              multipart.body(() -> file.open(stored.state()), disk);
          case Representation.Compressed _ ->
              throw new IllegalStateException("no ranges of what is compressed while it is sent");
        };
    return Response.of(
        Status.PARTIAL_CONTENT,
        representation.fields().with(FieldNames.CONTENT_TYPE, multipart.contentType()),
        body);
  }

  private void compress(SiteFile file, FileState state, OutputStream out) throws IOException {
    try (FileChannel channel = disk.call(() -> file.open(state))) {
      var gzip = new GZIPOutputStream(out, COPY_BYTES);
      copy(channel, new ByteRanges.Part(0, state.size()), gzip, disk);
      gzip.finish();
    }
  }

  /** Copies a part of a file, reading on the disk's threads. */
  static void copy(FileChannel channel, ByteRanges.Part part, OutputStream out, DiskPool disk)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(COPY_BYTES * 4L, part.length())];
    long done = 0;
    while (done < part.length()) {
      long position = part.first() + done;
      int wanted = (int) Math.min(buffer.length, part.length() - done);
      int read = disk.call(() -> channel.read(ByteBuffer.wrap(buffer, 0, wanted), position));
      if (read < 0) {
        throw new IOException("the file has shrunk while it was sent");
      }
      out.write(buffer, 0, read);
      done += read;
    }
  }
}
