package io.l7.smtp.store;

import io.l7.smtp.message.MailId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where things are below the folder of a store.
 *
 * @param root the folder
 */
public record StoreLayout(Path root) {
  /** The segments of the log and the spare files of former ones. */
  public Path log() {
    return root.resolve("log");
  }

  /** Large contents, a file each. */
  public Path bodies() {
    return root.resolve("bodies");
  }

  /** What recovery could not read. */
  public Path quarantine() {
    return root.resolve("quarantine");
  }

  /** The Maildirs. */
  public Path mailboxes() {
    return root.resolve("mailboxes");
  }

  /** Held by the one process that writes. */
  public Path lock() {
    return root.resolve("lock");
  }

  /** The folder of the control socket. */
  public Path control() {
    return root.resolve("control");
  }

  Path segment(int number) {
    return log().resolve("%010d.log".formatted(number));
  }

  Path spare(int number) {
    return log().resolve("%010d.spare".formatted(number));
  }

  Path body(MailId id) {
    return bodies().resolve(id + ".body");
  }

  Path partialBody(MailId id) {
    return bodies().resolve(id + ".part");
  }

  static OptionalInt segmentNumber(Path file) {
    return number(file, ".log");
  }

  static OptionalInt spareNumber(Path file) {
    return number(file, ".spare");
  }

  static Optional<MailId> bodyId(Path file) {
    var name = file.getFileName().toString();
    return name.endsWith(".body")
        ? MailId.parse(name.substring(0, name.length() - 5))
        : Optional.empty();
  }

  private static OptionalInt number(Path file, String suffix) {
    var name = file.getFileName().toString();
    return name.matches("\\d{10}\\Q" + suffix + "\\E")
        ? OptionalInt.of(Integer.parseInt(name.substring(0, 10)))
        : OptionalInt.empty();
  }
}
