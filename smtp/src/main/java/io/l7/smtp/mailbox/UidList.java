package io.l7.smtp.mailbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The numbers of a mailbox's mails, in a file beside them: a line with the validity, then {@code
 * NUMBER NAME} for each mail ever numbered. A number is given when a mail is first seen by a
 * reader, and is on the disk before anyone is told of it.
 */
final class UidList {
  private static final String NAME = "uidlist";
  private final Path file;

  UidList(Path maildir) {
    this.file = maildir.resolve(NAME);
  }

  /**
   * What the file says.
   *
   * @param torn whether its last line has no end: what wrote it was cut short
   */
  private record Numbers(long validity, long next, Map<String, Long> byName, boolean torn) {}

  /** The numbers of these files; new names get new numbers in the order given. */
  Map<String, Long> number(List<String> names) throws IOException {
    synchronized (LOCK) {
      try (var channel =
              FileChannel.open(
                  file,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE);
          var lock = channel.lock()) {
        var known = read(channel);
        var added = new StringBuilder();
        var next = known.next();
        if (channel.size() == 0) {
          added.append("1 ").append(known.validity()).append('\n');
        }
        for (var name : names) {
          if (!known.byName().containsKey(name)) {
            added.append(next).append(' ').append(name).append('\n');
            known.byName().put(name, next++);
          }
        }
        if (!added.isEmpty()) {
          append(channel, (known.torn() ? "\n" : "") + added);
        }
        return known.byName();
      }
    }
  }

  /** The validity, 0 before the first mail was numbered. */
  long validity() throws IOException {
    synchronized (LOCK) {
      if (!java.nio.file.Files.exists(file)) {
        return 0;
      }
      try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
        return read(channel).validity();
      }
    }
  }

  /** File locks are between processes; this one is between our threads. */
  private static final Object LOCK = new Object();

  private static Numbers read(FileChannel channel) throws IOException {
    var octets = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    while (octets.hasRemaining() && channel.read(octets, octets.position()) > 0) {}
    var lines = new String(octets.array(), StandardCharsets.UTF_8).split("\n", -1);
    var validity = Instant.now().getEpochSecond();
    var next = 1L;
    var byName = new HashMap<String, Long>();
    for (var i = 0; i < lines.length; i++) {
      var blank = lines[i].indexOf(' ');
      if (blank < 1 || !lines[i].substring(0, blank).matches("\\d{1,18}")) {
        continue;
      }
      var value = lines[i].substring(blank + 1);
      if (i == 0) {
        validity = value.matches("\\d{1,18}") ? Long.parseLong(value) : validity;
      } else {
        var uid = Long.parseLong(lines[i].substring(0, blank));
        byName.put(value, uid);
        next = Math.max(next, uid + 1);
      }
    }
    var torn = !lines[lines.length - 1].isEmpty();
    return new Numbers(validity, next, byName, torn);
  }

  private static void append(FileChannel channel, String text) throws IOException {
    var octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    var before = channel.size();
    try {
      var at = before;
      while (octets.hasRemaining()) {
        at += channel.write(octets, at);
      }
      channel.force(true);
    } catch (IOException e) {
      channel.truncate(before); // or the next reader would tell what is in no file after a crash
      throw e;
    }
  }
}
