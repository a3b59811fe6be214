package io.l7.bittorrent.bencode;

import java.nio.charset.StandardCharsets;

/** An integer of at most 64 bits. */
public record BInteger(long value) implements BValue {
  @Override
  public byte[] encoded() {
    return ("i" + value + "e").getBytes(StandardCharsets.US_ASCII);
  }
}
