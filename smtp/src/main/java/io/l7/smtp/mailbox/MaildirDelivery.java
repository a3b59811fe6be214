package io.l7.smtp.mailbox;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.store.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

/**
 * Puts mails into Maildirs: written in {@code tmp}, renamed into {@code new}, so that a reader sees
 * a mail whole or not at all. {@link #sync} then makes many deliveries durable at once; until it
 * has returned, the spool keeps the mail. Thread-safe; blocks on the disk.
 */
public final class MaildirDelivery {
  private static final int BUFFER = 64 << 10;

  /** Room for Return-Path and Delivered-To. */
  private static final int TOP = 1 << 10;

  private static final List<String> SUBFOLDERS = List.of("tmp", "new", "cur");

  private final Disk disk;
  private final Maildirs maildirs;
  private final Set<Path> ready = ConcurrentHashMap.newKeySet();
  private final AtomicLong forces = new AtomicLong();

  /** Names of delivered files of which a force failed. */
  private final Set<String> spoiled = ConcurrentHashMap.newKeySet();

  /** Delivers below this folder. */
  public MaildirDelivery(Disk disk, Maildirs maildirs) {
    this.disk = disk;
    this.maildirs = maildirs;
  }

  /** Whether the mail may have been delivered before. */
  public enum Attempt {
    FIRST,
    AGAIN
  }

  /** A delivered file, not yet durable. */
  public record Delivered(Path file) {}

  /** Delivers to one of our users; the trace fields of the last hop go on top (RFC 5321 §4.4). */
  public Delivered deliver(
      String user, MailId id, int recipient, Envelope envelope, Content content, Attempt attempt)
      throws IOException {
    var maildir = maildirs.of(user);
    prepare(maildir);
    var temporary = temporary(maildir, id, recipient);
    if (attempt == Attempt.AGAIN && disk.exists(temporary)) {
      disk.delete(temporary);
    }
    var name = write(maildir, id, recipient, envelope, content).toString();
    if (attempt == Attempt.AGAIN) {
      var seen = seen(maildir, name);
      if (seen.isPresent()) {
        disk.delete(temporary);
        return new Delivered(seen.get());
      }
    }
    var file = maildir.resolve("new").resolve(name);
    disk.move(temporary, file);
    return new Delivered(file);
  }

  /**
   * Writes a delivered mail once more, to where its file is now: of a file that could not be forced
   * nobody can say what is on the disk, and a second force would claim that all of it is. A mail
   * that its owner removed meanwhile stays away.
   */
  public Delivered renew(
      Delivered old, String user, MailId id, int recipient, Envelope envelope, Content content)
      throws IOException {
    var maildir = maildirs.of(user);
    var file = whereItIs(maildir, old);
    if (file.isEmpty()) {
      forget(old);
      return old;
    }
    var temporary = temporary(maildir, id, recipient);
    if (disk.exists(temporary)) {
      disk.delete(temporary);
    }
    write(maildir, id, recipient, envelope, content);
    disk.move(temporary, file.get());
    forget(old);
    return new Delivered(file.get());
  }

  private Optional<Path> whereItIs(Path maildir, Delivered delivered) throws IOException {
    return disk.exists(delivered.file())
        ? Optional.of(delivered.file())
        : seen(maildir, name(delivered));
  }

  private static Path temporary(Path maildir, MailId id, int recipient) {
    return maildir.resolve("tmp").resolve(MaildirName.unique(id, recipient));
  }

  private MaildirName write(
      Path maildir, MailId id, int recipient, Envelope envelope, Content content)
      throws IOException {
    var temporary = temporary(maildir, id, recipient);
    try (var out = new FileOutput(create(maildir, temporary), content.length() + TOP)) {
      out.write(top(envelope, recipient));
      var unix = new UnixLines(out);
      content.copyTo(unix);
      unix.finish();
      out.drain();
      return new MaildirName(id, recipient, out.length, (int) out.crc.getValue());
    } catch (IOException e) {
      remove(temporary, e);
      throw e;
    }
  }

  private DiskFile create(Path maildir, Path temporary) throws IOException {
    try {
      return disk.open(temporary, Disk.Open.CREATE_NEW);
    } catch (NoSuchFileException e) { // somebody removed the folders while we run
      ready.remove(maildir);
      prepare(maildir);
      return disk.open(temporary, Disk.Open.CREATE_NEW);
    }
  }

  private void remove(Path temporary, IOException because) {
    try {
      if (disk.exists(temporary)) {
        disk.delete(temporary);
      }
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /** The mail in {@code cur}, where a mail program may have moved it between two deliveries. */
  private Optional<Path> seen(Path maildir, String name) throws IOException {
    for (var file : disk.list(maildir.resolve("cur"))) {
      if (file.getFileName().toString().startsWith(name)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  private byte[] top(Envelope envelope, int recipient) {
    var to = envelope.recipients().get(recipient).address();
    return ("Return-Path: " + envelope.from() + "\r\nDelivered-To: " + to + "\r\n")
        .replace("\r\n", "\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private void prepare(Path maildir) throws IOException {
    if (ready.contains(maildir)) {
      return;
    }
    for (var sub : SUBFOLDERS) {
      disk.createDirectories(maildir.resolve(sub));
    }
    disk.syncDirectory(maildir);
    for (var up = maildir.getParent(); up != null; up = up.getParent()) {
      disk.syncDirectory(up);
      if (up.equals(maildirs.root()) || up.equals(maildirs.root().getParent())) {
        break;
      }
    }
    ready.add(maildir);
  }

  /**
   * Makes deliveries durable: each file, then each folder once. A file that its owner removed
   * meanwhile is no loss.
   */
  public void sync(List<Delivered> deliveries) throws IOException {
    var folders = new LinkedHashMap<Path, List<Delivered>>();
    for (var d : deliveries) {
      var maildir = folder(folder(d.file()));
      // Moved to cur by a reader, perhaps: its octets are to be forced there.
      var file = whereItIs(maildir, d);
      if (file.isPresent()) {
        force(d, file.get());
        folders.computeIfAbsent(folder(file.get()), f -> new ArrayList<>()).add(d);
      }
    }
    for (var entry : folders.entrySet()) {
      try {
        disk.syncDirectory(entry.getKey());
      } catch (IOException e) {
        entry.getValue().forEach(d -> spoiled.add(name(d)));
        throw e;
      }
      forces.incrementAndGet();
    }
  }

  /** Whether a force of this file failed: it has to be written anew before another is tried. */
  public boolean spoiled(Delivered delivered) {
    return spoiled.contains(name(delivered));
  }

  /** Notes that nobody will force this file again. */
  public void forget(Delivered delivered) {
    spoiled.remove(name(delivered));
  }

  /** How often files and folders of mailboxes were forced to the disk. */
  public long forces() {
    return forces.get();
  }

  private void force(Delivered delivered, Path file) throws IOException {
    try (var f = disk.open(file, Disk.Open.WRITE)) {
      try {
        f.force();
      } catch (IOException e) {
        // The kernel has thrown away what it could not write and calls it clean: the next force
        // would succeed, and mean nothing.
        spoiled.add(name(delivered));
        throw e;
      }
    }
    forces.incrementAndGet();
  }

  private static String name(Delivered delivered) {
    return MailboxReader.base(delivered.file());
  }

  private static Path folder(Path file) {
    var parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no folder: " + file);
    }
    return parent;
  }

  /** Writes a file in large pieces and sums it up on the way. */
  private static final class FileOutput extends OutputStream {
    private final DiskFile file;
    private final byte[] buffer;
    private final CRC32C crc = new CRC32C();
    private int used;
    private long length;

    FileOutput(DiskFile file, long expected) {
      this.file = file;
      this.buffer = new byte[(int) Math.min(expected, BUFFER)];
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] b, int offset, int count) throws IOException {
      var done = 0;
      while (done < count) {
        if (used == buffer.length) {
          drain();
        }
        var part = Math.min(count - done, buffer.length - used);
        System.arraycopy(b, offset + done, buffer, used, part);
        used += part;
        done += part;
      }
    }

    void drain() throws IOException {
      crc.update(buffer, 0, used);
      file.write(length, buffer, 0, used);
      length += used;
      used = 0;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
