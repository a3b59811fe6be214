package io.l7.smtp.mailbox;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where users' Maildirs are: {@code DOMAIN/LOCALPART} below one folder. Names are those of
 * configured users, never of what a peer said, and are escaped all the same.
 *
 * @param root the folder
 */
public record Maildirs(Path root) {
  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_+=@";

  /** The Maildir of a user, a canonical address. */
  public Path of(String user) {
    var at = user.lastIndexOf('@');
    return root.resolve(escape(user.substring(at + 1))).resolve(escape(user.substring(0, at)));
  }

  /**
   * One path component: everything but letters, digits and a few marks becomes {@code %XX}; a dot
   * only inside.
   */
  static String escape(String text) {
    var out = new StringBuilder();
    for (var b : text.getBytes(StandardCharsets.UTF_8)) {
      var c = (char) (b & 0xFF);
      if (PLAIN.indexOf(c) >= 0 || c == '.' && !out.isEmpty()) {
        out.append(c);
      } else {
        out.append('%').append(String.format("%02X", b & 0xFF));
      }
    }
    return out.toString();
  }
}
