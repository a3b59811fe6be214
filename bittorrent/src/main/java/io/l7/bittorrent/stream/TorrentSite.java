package io.l7.bittorrent.stream;

import io.l7.bittorrent.Torrent;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.bittorrent.peer.ContentReader;
import io.l7.http.files.MediaTypes;
import io.l7.http.files.MultipartRanges;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.LiveOutput;
import io.l7.http.message.Method;
import io.l7.http.message.PercentEncoding;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.semantics.ByteRanges;
import io.l7.http.semantics.EntityTag;
import io.l7.http.semantics.Preconditions;
import io.l7.http.semantics.Validators;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A torrent as a site: its files at their paths, and a list of them at {@code /}. An answer has its
 * length at once and its content as it comes: it waits for each piece, which is fetched before
 * others for its sake. Only names that the torrent has are served; no path reaches the disk.
 */
public final class TorrentSite implements Handler {
  /** For the metadata of a magnet link, and the look at the disk. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** How often is looked whether a client that waits is still there. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private static final int CHUNK = 64 * 1024;

  private final Torrent torrent;

  /** The site of this torrent. */
  public TorrentSite(Torrent torrent) {
    this.torrent = torrent;
  }

  @Override
  public Response handle(Request request) throws IOException {
    if (!(request.method().equals(Method.GET) || request.method().equals(Method.HEAD))) {
      return Response.error(Status.METHOD_NOT_ALLOWED).with(FieldNames.ALLOW, "GET, HEAD");
    }
    if (torrent.files(PATIENCE).isEmpty()) {
      return Response.error(Status.SERVICE_UNAVAILABLE, "the torrent is not known yet")
          .with(FieldNames.RETRY_AFTER, "1");
    }
    if (request.path().equals("/")) {
      return Response.html(list());
    }
    var path = request.target().decodedPath().map(decoded -> decoded.substring(1)).orElse("");
    return torrent.files().stream()
        // As the list has it, and as whoever escapes other characters may ask for it.
        .filter(
            file -> request.path().equals("/" + reference(file.path())) || file.path().equals(path))
        .findFirst()
        .map(file -> answer(request, file))
        .orElseGet(() -> Response.error(Status.NOT_FOUND));
  }

  private Response answer(Request request, TorrentFile file) {
    // The content can never change: the info-hash vouches for it.
    var tag = EntityTag.strong(torrent.status().infoHash() + "-" + file.offset());
    var current = new Validators(Optional.of(tag), Optional.empty());
    var fields =
        Fields.builder()
            .add(FieldNames.CONTENT_TYPE, MediaTypes.of(file.path()))
            .add(FieldNames.ETAG, tag.toString())
            .add(FieldNames.ACCEPT_RANGES, "bytes")
            // A page that a stranger put into a torrent runs nothing here.
            .add("Content-Security-Policy", "sandbox")
            .add("X-Content-Type-Options", "nosniff")
            .build();
    var now = Instant.now();
    return switch (Preconditions.evaluate(request.method(), request.fields(), current, now)) {
      case FAILED -> Response.error(Status.PRECONDITION_FAILED);
      case NOT_MODIFIED -> Response.of(Status.NOT_MODIFIED, fields, Body.empty());
      case PROCEED -> {
        boolean ranged =
            request.method().equals(Method.GET)
                && request.fields().count(FieldNames.RANGE) == 1
                && Preconditions.rangeApplies(request.fields(), current, now);
        var whole = new ByteRanges.Whole();
        var asked =
            ranged
                ? ByteRanges.read(request.fields().first(FieldNames.RANGE, ""), file.length())
                : whole;
        yield ranged(asked, file, fields);
      }
    };
  }

  private Response ranged(ByteRanges.Outcome asked, TorrentFile file, Fields fields) {
    return switch (asked) {
      case ByteRanges.Unsatisfiable _ ->
          Response.error(Status.RANGE_NOT_SATISFIABLE)
              .with(FieldNames.CONTENT_RANGE, "bytes */" + file.length());
      case ByteRanges.Parts(var parts) when parts.size() == 1 -> {
        var part = parts.getFirst();
        yield content(file, part.first(), part.length(), Status.PARTIAL_CONTENT, fields)
            .with(FieldNames.CONTENT_RANGE, part.contentRange(file.length()));
      }
      case ByteRanges.Parts(var parts) -> {
        var multipart =
            new MultipartRanges(parts, file.length(), fields.first(FieldNames.CONTENT_TYPE, ""));
        yield multipart.isExcessive()
            ? whole(file, fields)
            : Response.of(
                Status.PARTIAL_CONTENT,
                fields.with(FieldNames.CONTENT_TYPE, multipart.contentType()),
                multipart.body((part, out) -> copy(file, part.first(), part.length(), out)));
      }
      case ByteRanges.Whole _ -> whole(file, fields);
    };
  }

  private Response whole(TorrentFile file, Fields fields) {
    return content(file, 0, file.length(), Status.OK, fields);
  }

  private Response content(TorrentFile file, long from, long length, Status status, Fields fields) {
    if (length == 0) {
      return Response.of(status, fields, Body.empty());
    }
    Body.Writer writer = out -> copy(file, from, length, out);
    return Response.of(
        status, fields, new Body.Written(writer, OptionalLong.of(length), () -> Fields.EMPTY));
  }

  private void copy(TorrentFile file, long from, long length, OutputStream out) throws IOException {
    try (var reader = torrent.read(file, from, length)) {
      if (out instanceof LiveOutput live) {
        live.whenDraining(reader::close);
      }
      out.flush(); // the header at once: the first piece may take its time
      var chunk = new byte[CHUNK];
      while (true) {
        await(reader, out);
        int count = reader.read(chunk, 0, CHUNK);
        if (count < 0) {
          return;
        }
        out.write(chunk, 0, count);
        out.flush(); // what is there is seen while the next piece is waited for
      }
    }
  }

  /** Nothing comes first for a client that has left while it waited. */
  private static void await(ContentReader reader, OutputStream out) throws IOException {
    while (!reader.await(LOOK)) {
      if (out instanceof LiveOutput live) {
        live.requireClient();
      }
    }
  }

  private String list() {
    var page = new StringBuilder("<!DOCTYPE html><meta charset=\"utf-8\"><title>");
    page.append(escaped(torrent.status().name().orElse("a torrent"))).append("</title><ul>\n");
    for (var file : torrent.files()) {
      page.append("<li><a href=\"/").append(reference(file.path())).append("\">");
      page.append(escaped(file.path())).append("</a> ").append(file.length()).append(" bytes\n");
    }
    return page.append("</ul>\n").toString();
  }

  private static String reference(String path) {
    return PercentEncoding.of(path.getBytes(StandardCharsets.UTF_8), "/");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
