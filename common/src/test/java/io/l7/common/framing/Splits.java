package io.l7.common.framing;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The same octets, arriving in every way that matters to a framing. */
public final class Splits {
  private Splits() {}

  /** The octets of a text, a character each. */
  public static byte[] octets(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Readers that get {@code octets} whole, one by one, and in two parts split at each position. */
  public static List<WireReader> of(byte[] octets) {
    var readers = new ArrayList<WireReader>();
    readers.add(whole(octets));
    readers.add(dripping(octets));
    for (int at = 1; at < octets.length; at++) {
      int split = at;
      readers.add(
          new WireReader(
              new InputStream() {
                private int done;

                @Override
                public int read() {
                  throw new UnsupportedOperationException();
                }

                @Override
                public int read(byte[] target, int offset, int length) {
                  if (done == octets.length) return -1;
                  int until = done < split ? split : octets.length;
                  int count = Math.min(length, until - done);
                  System.arraycopy(octets, done, target, offset, count);
                  done += count;
                  return count;
                }
              }));
    }
    return readers;
  }

  /** A reader that gets everything at once. */
  public static WireReader whole(byte[] octets) {
    return new WireReader(arriving(octets, octets.length));
  }

  /** A reader that gets octet after octet. */
  public static WireReader dripping(byte[] octets) {
    return new WireReader(arriving(octets, 1));
  }

  private static InputStream arriving(byte[] octets, int portion) {
    return new InputStream() {
      private int done;

      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] target, int offset, int length) {
        if (done == octets.length) return -1;
        int count = Math.min(Math.min(length, portion), octets.length - done);
        System.arraycopy(octets, done, target, offset, count);
        done += count;
        return count;
      }
    };
  }
}
