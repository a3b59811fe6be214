package io.l7.bittorrent.bencode;

import java.util.List;

/** A list of values. */
public record BList(List<BValue> values) implements BValue {
  public BList {
    values = List.copyOf(values);
  }

  @Override
  public byte[] encoded() {
    return BencodeWriter.encode(this);
  }
}
