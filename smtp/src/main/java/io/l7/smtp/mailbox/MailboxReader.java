package io.l7.smtp.mailbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads one user's Maildir, from any process. Each mail has a number of its own that never changes
 * and is never used again (what IMAP calls its UID). Thread-safe; blocks on the disk.
 */
public final class MailboxReader {
  private static final Duration POLL = Duration.ofMillis(20);

  /** How often a mailbox that changes under our eyes is looked through. */
  private static final int LOOKS = 10;

  private final Path maildir;
  private final UidList uids;

  private MailboxReader(Path maildir) {
    this.maildir = maildir;
    this.uids = new UidList(maildir);
  }

  /** A reader of the mailbox of a user, {@code bob@hamburger.edu}. */
  public static MailboxReader of(Maildirs maildirs, String user) {
    return new MailboxReader(maildirs.of(user));
  }

  /** All mails, in the order of their numbers. */
  public List<StoredMail> list() throws IOException {
    for (var look = 1; ; look++) {
      try {
        return listOnce();
      } catch (NoSuchFileException e) { // a mail program moved or removed it while we looked
        if (look == LOOKS) {
          throw e;
        }
      }
    }
  }

  private List<StoredMail> listOnce() throws IOException {
    var files = new ArrayList<Path>();
    for (var sub : List.of("new", "cur")) {
      var folder = maildir.resolve(sub);
      if (Files.isDirectory(folder)) {
        try (var entries = Files.list(folder)) {
          entries.filter(f -> !f.getFileName().toString().startsWith(".")).forEach(files::add);
        }
      }
    }
    if (files.isEmpty()) {
      return List.of();
    }
    var numbers = uids.number(files.stream().map(MailboxReader::base).sorted().toList());
    var out = new ArrayList<StoredMail>();
    for (var file : files) {
      out.add(StoredMail.of(numbers.getOrDefault(base(file), 0L), file));
    }
    out.sort(Comparator.comparingLong(StoredMail::uid));
    return out;
  }

  /**
   * The number that makes the others valid: another one means that all changed (RFC 9051 §2.3.1.1).
   */
  public long uidValidity() throws IOException {
    return uids.validity();
  }

  /** The mail of this number, or with this mail id. */
  public Optional<StoredMail> find(String id) throws IOException {
    return list().stream()
        .filter(m -> Long.toString(m.uid()).equals(id) || m.id().equalsIgnoreCase(id))
        .findFirst();
  }

  /** The octets of a mail's file. */
  public byte[] read(StoredMail mail) throws IOException {
    try {
      return Files.readAllBytes(mail.file());
    } catch (NoSuchFileException e) {
      var moved = find(Long.toString(mail.uid())).orElseThrow(() -> e);
      return Files.readAllBytes(moved.file());
    }
  }

  /**
   * Waits until there are at least {@code count} mails, or until the time is over; returns what
   * there is then.
   */
  public List<StoredMail> await(int count, Duration limit) throws IOException {
    var end = System.nanoTime() + limit.toNanos();
    while (true) {
      if (fileCount() >= count || System.nanoTime() - end >= 0) {
        return list();
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  private int fileCount() throws IOException {
    var count = 0;
    for (var sub : List.of("new", "cur")) {
      var folder = maildir.resolve(sub);
      if (Files.isDirectory(folder)) {
        try (var entries = Files.list(folder)) {
          count += (int) entries.count();
        }
      }
    }
    return count;
  }

  /** The name without the flags, which stays when a mail program moves the file. */
  static String base(Path file) {
    var name = String.valueOf(file.getFileName());
    var flags = name.indexOf(':');
    return flags < 0 ? name : name.substring(0, flags);
  }
}
