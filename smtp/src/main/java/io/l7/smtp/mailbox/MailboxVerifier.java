package io.l7.smtp.mailbox;

import io.l7.smtp.store.StoreVerifier.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Compares the files of all mailboxes with the sizes and checksums in their names; changes nothing.
 */
public final class MailboxVerifier {
  private static final int CHUNK = 64 << 10;

  private MailboxVerifier() {}

  /** What was found. */
  public record Report(int mails, List<Problem> problems) {
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** Checks every delivered mail below this folder. */
  public static Report verify(Maildirs maildirs) throws IOException {
    var problems = new ArrayList<Problem>();
    var mails = 0;
    if (!Files.isDirectory(maildirs.root())) {
      return new Report(0, List.of());
    }
    List<Path> files;
    try (var all = Files.walk(maildirs.root(), 4)) {
      files = all.filter(MailboxVerifier::isMail).sorted().toList();
    }
    for (var file : files) {
      var name = MaildirName.parse(String.valueOf(file.getFileName()));
      if (name.isPresent()) {
        mails++;
        try {
          problem(file, name.get()).ifPresent(what -> problems.add(new Problem(file, what)));
        } catch (NoSuchFileException e) {
          mails--; // its owner moved or removed it meanwhile
        }
      }
    }
    return new Report(mails, problems);
  }

  private static Optional<String> problem(Path file, MaildirName name) throws IOException {
    var size = Files.size(file);
    if (size != name.size()) {
      return Optional.of("has " + size + " octets instead of " + name.size());
    }
    return sum(file) == name.sum() ? Optional.empty() : Optional.of("does not match its checksum");
  }

  private static boolean isMail(Path file) {
    var folder = file.getParent();
    if (folder == null || !Files.isRegularFile(file)) {
      return false;
    }
    var name = String.valueOf(folder.getFileName());
    return name.equals("new") || name.equals("cur");
  }

  private static int sum(Path file) throws IOException {
    var crc = new CRC32C();
    var chunk = new byte[CHUNK];
    try (var in = Files.newInputStream(file)) {
      for (var count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        crc.update(chunk, 0, count);
      }
    }
    return (int) crc.getValue();
  }
}
