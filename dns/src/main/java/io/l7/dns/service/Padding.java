package io.l7.dns.service;

import io.l7.dns.message.EdnsOption;

/** Padding of answers under encryption (RFC 7830), so that their lengths tell little. */
final class Padding {
  /** RFC 8467 §4.1: answers are padded to a multiple of this. */
  static final int BLOCK = 468;

  private static final int OPTION_HEADER = 4;

  private Padding() {}

  /** The option that fills up a message of {@code octets}. */
  static EdnsOption of(int octets) {
    int over = (octets + OPTION_HEADER) % BLOCK;
    return new EdnsOption(EdnsOption.PADDING, new byte[over == 0 ? 0 : BLOCK - over]);
  }
}
