package io.l7.smtp.mailbox;

import io.l7.smtp.message.MailId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a mail's file: {@code SECONDS.MAILID_RECIPIENT.l7,S=SIZE,C=CRC32C}, then {@code
 * :2,FLAGS} once a mail program has seen it. The same mail gets the same name when it is delivered
 * again, so that a crash between delivering and writing that down leaves no second copy; size and
 * checksum make the file prove itself.
 *
 * @param id the mail
 * @param recipient which of its recipients
 * @param size octets of the file
 * @param sum CRC-32C of the file
 */
public record MaildirName(MailId id, int recipient, long size, int sum) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\d+\\.([0-9A-Va-v]{13})_(\\d{1,6})\\.l7,S=(\\d{1,18}),C=([0-9a-f]{8})(?::2,.*)?");

  /** Reads a file's name; empty when another program made it. */
  public static Optional<MaildirName> parse(String name) {
    var m = FORM.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    return MailId.parse(m.group(1))
        .map(
            id ->
                new MaildirName(
                    id,
                    Integer.parseInt(m.group(2)),
                    Long.parseLong(m.group(3)),
                    Integer.parseUnsignedInt(m.group(4), 16)));
  }

  /** The part that does not depend on the octets. */
  static String unique(MailId id, int recipient) {
    return id.time().getEpochSecond() + "." + id + "_" + recipient + ".l7";
  }

  @Override
  public String toString() {
    return unique(id, recipient) + ",S=" + size + ",C=" + "%08x".formatted(sum);
  }
}
