package io.l7.smtp.store;

import java.io.IOException;
import java.io.OutputStream;

/**
 * The octets of a mail with our Received field on top, CR LF line ends, not dot-stuffed. May be
 * read many times.
 */
public interface Content {
  /** How many octets. */
  long length();

  /**
   * Writes all of it; blocks on the disk, so not for a virtual thread unless the content is in
   * memory.
   */
  void copyTo(OutputStream out) throws IOException;

  /** A content in memory. */
  static Content of(byte[] octets) {
    return of(octets, 0, octets.length);
  }

  /** A content in a part of an array that nobody changes. */
  static Content of(byte[] octets, int offset, int length) {
    return new Content() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public void copyTo(OutputStream out) throws IOException {
        out.write(octets, offset, length);
      }
    };
  }
}
