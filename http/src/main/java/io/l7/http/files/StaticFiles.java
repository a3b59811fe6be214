package io.l7.http.files;

import io.l7.common.disk.DiskPool;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.Target;
import io.l7.http.semantics.Coding;
import io.l7.http.semantics.Preconditions;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves a folder: types, index pages, validators and conditions, ranges, coded siblings and
 * compression. GET, HEAD and OPTIONS only. Nothing outside the folder, no hidden file, no FIFO or
 * device is ever opened.
 *
 * <pre>{@code
 * Handler site = StaticFiles.of(Path.of("site")).browse().build();
 * }</pre>
 */
public final class StaticFiles implements Handler {
  /** How codings come to be. */
  public enum Compression {
    /** Siblings, and gzip for compressible types that have none. */
    ON_THE_FLY,
    /** Siblings only: nothing that mixes secrets with a visitor's input is compressed (BREACH). */
    SIBLINGS_ONLY
  }

  private enum Missing {
    NOT_FOUND,
    INDEX_PAGE
  }

  private enum Listings {
    NONE,
    BROWSE
  }

  private static final String ALLOWED = "GET, HEAD, OPTIONS";
  private static final String INDEX = "index.html";
  private static final int OPEN_TRIES = 3;

  private final Root root;
  private final DiskPool disk;
  private final FileCache cache;
  private final InstantSource clock;
  private final FileAnswers answers;
  private final Listings listings;
  private final Missing missing;
  private final Compression compression;

  private StaticFiles(Builder builder) throws IOException {
    root = new Root(builder.folder);
    disk = builder.disk != null ? builder.disk : new DiskPool("http");
    cache = new FileCache(builder.cacheBytes, disk, System::nanoTime);
    clock = builder.clock;
    answers = new FileAnswers(disk, builder.clock);
    listings = builder.listings;
    missing = builder.missing;
    compression = builder.compression;
  }

  public static Builder of(Path folder) {
    return new Builder(folder);
  }

  @Override
  public Response handle(Request request) throws IOException {
    Method method = request.method();
    if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
      return otherMethod(method);
    }
    for (int tries = 1; ; tries++) {
      try {
        Optional<SiteFile> file = cache.get(request.path(), this::lookUp);
        return file.isPresent() ? answer(request, file.get()) : withoutFile(request);
      } catch (AccessDeniedException _) {
        return Response.error(
            Status.FORBIDDEN); // the site's maker sees why, and nobody's log grows
      } catch (NoSuchFileException e) {
        // Replaced between look-up and opening: what is there now is asked for again.
        if (tries == OPEN_TRIES) {
          return Response.error(Status.NOT_FOUND);
        }
        cache.forget(request.path());
      }
    }
  }

  private static Response otherMethod(Method method) {
    if (method.equals(Method.OPTIONS)) {
      return Response.of(Status.NO_CONTENT).with(FieldNames.ALLOW, ALLOWED);
    }
    return method.isRegistered()
        ? Response.error(Status.METHOD_NOT_ALLOWED).with(FieldNames.ALLOW, ALLOWED)
        : Response.error(Status.NOT_IMPLEMENTED);
  }

  private Optional<SiteFile> lookUp(String rawPath) {
    Optional<String> decoded = Target.of(rawPath).decodedPath();
    if (decoded.isEmpty()) {
      return Optional.empty();
    }
    String path = decoded.get().endsWith("/") ? decoded.get() + INDEX : decoded.get();
    return SiteFile.find(root, disk, path, compression, clock);
  }

  private Response answer(Request request, SiteFile file) throws IOException {
    Fields fields = request.fields();
    Coding coding = Coding.choose(fields, file.codings());
    if (fields.contains(FieldNames.RANGE) && file.isMadeOnTheFly(coding)) {
      coding = Coding.IDENTITY;
    }
    if (!file.codings().contains(coding)) {
      return Response.error(Status.NOT_ACCEPTABLE)
          .with(FieldNames.VARY, FieldNames.ACCEPT_ENCODING);
    }
    Representation representation = file.in(coding);
    return Preconditions.isPlain(fields)
        ? answers.whole(request, file, representation)
        : answers.conditional(request, file, representation);
  }

  private Response withoutFile(Request request) throws IOException {
    Optional<String> decoded = request.target().decodedPath();
    if (decoded.isEmpty()) {
      return Response.error(Status.BAD_REQUEST, "a path that could mean two things");
    }
    String path = decoded.get();
    Optional<Path> folder =
        root.resolve(path).filter(found -> Files.isDirectory(found, LinkOption.NOFOLLOW_LINKS));
    if (folder.isPresent()) {
      boolean index = SiteFile.find(root, disk, path + "/" + INDEX, compression, clock).isPresent();
      if (!path.endsWith("/") && (index || listings == Listings.BROWSE)) {
        return Response.redirect(
            Status.MOVED_PERMANENTLY,
            request.path() + "/" + request.query().map(query -> "?" + query).orElse(""));
      }
      if (path.endsWith("/") && listings == Listings.BROWSE) {
        return disk.call(() -> FolderListing.read(root, folder.get(), path)).answer(request, path);
      }
    }
    return missing == Missing.INDEX_PAGE ? indexPage(request) : Response.error(Status.NOT_FOUND);
  }

  private Response indexPage(Request request) throws IOException {
    Optional<SiteFile> index = cache.get("/", this::lookUp);
    return index.isPresent() ? answer(request, index.get()) : Response.error(Status.NOT_FOUND);
  }

  /** Describes the site; for one thread. */
  public static final class Builder {
    private static final long DEFAULT_CACHE_BYTES = 64L << 20;

    private final Path folder;
    private Listings listings = Listings.NONE;
    private Missing missing = Missing.NOT_FOUND;
    private Compression compression = Compression.ON_THE_FLY;
    private long cacheBytes = DEFAULT_CACHE_BYTES;
    private InstantSource clock = InstantSource.system();
    private @Nullable DiskPool disk;

    private Builder(Path folder) {
      this.folder = folder;
    }

    /** Lists folders that have no index page, as HTML, or as JSON to who prefers it. */
    public Builder browse() {
      listings = Listings.BROWSE;
      return this;
    }

    /**
     * Answers unknown paths with the index page of the root: for applications that route in the
     * browser.
     */
    public Builder singlePage() {
      missing = Missing.INDEX_PAGE;
      return this;
    }

    public Builder compression(Compression value) {
      compression = value;
      return this;
    }

    /** How many bytes of small files are kept in memory; 64 MiB without this. */
    public Builder cacheBytes(long bytes) {
      cacheBytes = bytes;
      return this;
    }

    /** The clock that conditions read two-digit years and young dates by. */
    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    /** The threads that read files; a pool of its own without this. */
    public Builder disk(DiskPool value) {
      disk = value;
      return this;
    }

    /**
     * The handler.
     *
     * @throws IOException where the folder cannot be read
     */
    public StaticFiles build() throws IOException {
      if (!Files.isDirectory(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
      return new StaticFiles(this);
    }
  }
}
