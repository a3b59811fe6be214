package io.l7.smtp.auth;

import io.l7.common.disk.Disk;
import io.l7.common.disk.TextFile;
import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users in a text file of {@code name:{SCRAM-SHA-256}...} lines; {@code #} begins a comment. A
 * change by {@link #add} or {@link #remove} of another process is seen within {@link #LOOK_NANOS}.
 * Files are replaced whole, never rewritten.
 */
public final class UsersFile implements Users {
  /** How old our knowledge of the file's time stamp may be, in nanoseconds. */
  private static final long LOOK_NANOS = 200_000_000L;

  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final Logger LOG = LoggerFactory.getLogger(UsersFile.class);

  private record Stamp(FileTime time, long size) {
    static final Stamp MISSING = new Stamp(FileTime.fromMillis(0), -1);
  }

  private record Content(Stamp stamp, Map<String, StoredPassword> users, List<String> names) {
    Content(Stamp stamp, Map<String, StoredPassword> users) {
      this(stamp, users, List.copyOf(users.keySet()));
    }
  }

  private final Path file;
  private final String defaultDomain;
  private volatile Content content = new Content(Stamp.MISSING, Map.of());
  private volatile long lookedAt = System.nanoTime() - LOOK_NANOS - 1;

  /**
   * The file need not exist yet; a name in it without a domain belongs to {@code defaultDomain}.
   */
  public UsersFile(Path file, String defaultDomain) {
    this.file = file;
    this.defaultDomain = defaultDomain;
  }

  @Override
  public List<String> names() {
    return current().names();
  }

  @Override
  public Optional<StoredPassword> password(String name) {
    return Optional.ofNullable(current().users().get(name));
  }

  /** Sets the password of a user, new or known; the file is created when it is missing. */
  public static synchronized void add(Path file, String name, char[] password) throws IOException {
    var line = checked(name) + ":" + StoredPassword.of(password);
    try (var alone = alone(file)) {
      var lines = lines(file);
      var at = indexOf(lines, name);
      if (at >= 0) {
        lines.set(at, line);
      } else {
        lines.add(line);
      }
      replace(file, lines);
    }
  }

  /** Removes a user; false when there was none of that name. */
  public static synchronized boolean remove(Path file, String name) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (var alone = alone(file)) {
      var lines = lines(file);
      var at = indexOf(lines, name);
      if (at < 0) {
        return false;
      }
      lines.remove(at);
      replace(file, lines);
      return true;
    }
  }

  /**
   * Waits for other processes that change the file: two that read it at once would each write what
   * the other has not seen.
   */
  private static FileChannel alone(Path file) throws IOException {
    var target = target(file);
    var channel =
        FileChannel.open(
            target.resolveSibling(target.getFileName() + ".lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            OWNER_ONLY);
    try {
      var _ = channel.lock(); // given back with the channel
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The names in a file as they are written there. */
  public static List<String> list(Path file) throws IOException {
    return lines(file).stream()
        .filter(l -> !l.isBlank() && !l.startsWith("#") && l.indexOf(':') > 0)
        .map(l -> l.substring(0, l.indexOf(':')))
        .toList();
  }

  private static String checked(String name) {
    var ok = name.indexOf('@') < 0 ? name + "@localhost" : name;
    try {
      Mailbox.parse(ok);
    } catch (AddressSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (name.indexOf(':') >= 0 || name.startsWith("#")) {
      throw new IllegalArgumentException("a user's name has no colon");
    }
    return name;
  }

  private static int indexOf(List<String> lines, String name) {
    for (var i = 0; i < lines.size(); i++) {
      var line = lines.get(i);
      if (line.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
        return i;
      }
    }
    return -1;
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return new java.util.ArrayList<>(TextFile.text(file).lines().toList());
    } catch (NoSuchFileException e) {
      return new java.util.ArrayList<>();
    }
  }

  /** The file itself where a link leads to it: whoever reads it there sees the change as well. */
  private static Path target(Path file) throws IOException {
    return Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
  }

  private static void replace(Path file, List<String> lines) throws IOException {
    var target = target(file);
    var temporary = target.resolveSibling(target.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try (var channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            OWNER_ONLY)) {
      var text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
      var octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
      channel.force(true);
    }
    keepAccess(target, temporary);
    Files.move(
        temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    var folder = target.getParent();
    if (folder != null) {
      Disk.real().syncDirectory(folder);
    }
  }

  /** Who could read the file before - the server, say, when root adds a user - can afterwards. */
  private static void keepAccess(Path target, Path temporary) throws IOException {
    PosixFileAttributes before;
    try {
      before = Files.readAttributes(target, PosixFileAttributes.class);
    } catch (NoSuchFileException e) {
      return;
    }
    var view = Files.getFileAttributeView(temporary, PosixFileAttributeView.class);
    var now = view.readAttributes();
    if (!before.group().equals(now.group())) {
      view.setGroup(before.group());
    }
    if (!before.owner().equals(now.owner())) {
      view.setOwner(before.owner());
    }
    view.setPermissions(before.permissions());
  }

  private Content current() {
    var now = System.nanoTime();
    if (now - lookedAt > LOOK_NANOS) {
      reload(now);
    }
    return content;
  }

  private synchronized void reload(long now) {
    if (now - lookedAt <= LOOK_NANOS) {
      return;
    }
    try {
      var stamp = stamp();
      if (!stamp.equals(content.stamp())) {
        content = new Content(stamp, read());
      }
    } catch (IOException e) {
      LOG.error("cannot read the users file {}; going on with what was known", file, e);
    }
    lookedAt = now;
  }

  private Stamp stamp() throws IOException {
    try {
      return new Stamp(Files.getLastModifiedTime(file), Files.size(file));
    } catch (NoSuchFileException e) {
      return Stamp.MISSING;
    }
  }

  private Map<String, StoredPassword> read() throws IOException {
    var out = new LinkedHashMap<String, StoredPassword>();
    for (var line : lines(file)) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      var colon = line.indexOf(':');
      var password = StoredPassword.parse(colon < 0 ? "" : line.substring(colon + 1).strip());
      var name = colon < 0 ? line : line.substring(0, colon);
      try {
        var address = Mailbox.parse(name.indexOf('@') < 0 ? name + "@" + defaultDomain : name);
        password.ifPresentOrElse(
            p -> out.put(address.canonical(), p),
            () -> LOG.warn("{}: the line of {} has no password we can read", file, address));
      } catch (AddressSyntaxException e) {
        LOG.warn("{}: a line is skipped: {}", file, e.getMessage());
      }
    }
    return out;
  }
}
