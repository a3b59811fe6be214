package io.l7.dash.serve;

import io.l7.http.message.Body;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A folder made by {@code pack}. What is known of a file (that it lies inside, size, time) is kept
 * for a second, so that a hot chunk costs one open and no look-ups.
 */
public final class PackedFolder implements MediaSource {
  private static final long KEEP_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_KEPT = 10_000;

  private final Path root;
  private final ConcurrentHashMap<String, Known> known = new ConcurrentHashMap<>();

  private record Known(Resource resource, long until) {}

  /**
   * @throws IOException where it is no directory
   */
  public PackedFolder(Path root) throws IOException {
    this.root = root.toRealPath();
    if (!Files.isDirectory(this.root)) {
      throw new IOException(root + " is not a directory");
    }
  }

  @Override
  public Optional<Resource> find(String path) throws IOException {
    long now = System.nanoTime();
    Known kept = known.get(path);
    if (kept != null && now - kept.until() < 0) {
      return Optional.of(kept.resource());
    }
    Optional<Known> fresh = look(path, now);
    if (known.size() >= MOST_KEPT) {
      known.clear();
    }
    fresh.ifPresentOrElse(found -> known.put(path, found), () -> known.remove(path));
    return fresh.map(Known::resource);
  }

  private Optional<Known> look(String path, long now) throws IOException {
    Path file;
    BasicFileAttributes attributes;
    try {
      // A symbolic link may lead anywhere: the real path decides.
      file = root.resolve(path).toRealPath();
      if (!file.startsWith(root)) {
        return Optional.empty();
      }
      attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException | InvalidPathException e) {
      return Optional.empty();
    }
    if (!attributes.isRegularFile() || path.endsWith("/")) {
      return Optional.empty();
    }
    String type = Resource.typeOf(path);
    boolean manifest = path.endsWith(".mpd") || path.endsWith(".m3u8");
    String tag = "\"%x-%x\"".formatted(attributes.size(), attributes.lastModifiedTime().toMillis());
    var resource =
        new Resource(
            type,
            attributes.size(),
            tag,
            manifest ? Resource.REVALIDATE : Resource.DAY,
            (position, length) ->
                Body.of(FileChannel.open(file, StandardOpenOption.READ), position, length));
    return Optional.of(new Known(resource, now + KEEP_NANOS));
  }

  @Override
  public void close() {}
}
