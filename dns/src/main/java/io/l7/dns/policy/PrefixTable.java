package io.l7.dns.policy;

import io.l7.common.net.AddressBits;
import io.l7.dns.message.Name;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of addresses and the longest one around an address. Immutable; a search takes one binary
 * search for each length of prefix that occurs, and makes no object.
 */
final class PrefixTable {
  private static final PrefixTable EMPTY = new PrefixTable(List.of());

  /** What an IPv4 block has more than its length. */
  private static final int MAPPED_BITS = 96;

  /** The longest first. */
  private final Length[] lengths;

  /**
   * A block of addresses as {@link AddressBits}; those of IPv4 have 96 bits more.
   *
   * @param bits of the prefix, 0 to 128
   * @param owner of the rule
   */
  record Block(long upper, long lower, int bits, Name owner) {
    Block {
      upper &= upperMask(bits);
      lower &= lowerMask(bits);
    }
  }

  /** The blocks of one length, in order. */
  private record Length(int bits, long[] upper, long[] lower, Name[] owners) {
    /** Whether its blocks are of IPv6 and would hold all of IPv4: {@code ::/0} means none of it. */
    boolean isOver(long wantedUpper, long wantedLower) {
      return bits < MAPPED_BITS && AddressBits.isMapped(wantedUpper, wantedLower);
    }

    int find(long wantedUpper, long wantedLower) {
      long u = wantedUpper & upperMask(bits);
      long l = wantedLower & lowerMask(bits);
      int low = 0;
      int high = upper.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = Long.compareUnsigned(upper[middle], u);
        order = order != 0 ? order : Long.compareUnsigned(lower[middle], l);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }

  private PrefixTable(List<Block> blocks) {
    var found = new ArrayList<Length>();
    for (int bits = 128; bits >= 0; bits--) {
      int length = bits;
      List<Block> same =
          blocks.stream()
              .filter(block -> block.bits == length)
              .sorted(
                  Comparator.comparing(Block::upper, Long::compareUnsigned)
                      .thenComparing(Block::lower, Long::compareUnsigned))
              .toList();
      if (!same.isEmpty()) {
        found.add(
            new Length(
                bits,
                same.stream().mapToLong(Block::upper).toArray(),
                same.stream().mapToLong(Block::lower).toArray(),
                same.stream().map(Block::owner).toArray(Name[]::new)));
      }
    }
    this.lengths = found.toArray(Length[]::new);
  }

  static PrefixTable of(List<Block> blocks) {
    return blocks.isEmpty() ? EMPTY : new PrefixTable(blocks);
  }

  boolean isEmpty() {
    return lengths.length == 0;
  }

  /** The longest block around an address. */
  @Nullable Match longest(long upper, long lower) {
    for (Length length : lengths) {
      if (length.isOver(upper, lower)) {
        break;
      }
      int at = length.find(upper, lower);
      if (at >= 0) {
        return new Match(length.bits, length.owners[at]);
      }
    }
    return null;
  }

  /** Whether any block is around an address. Makes no object. */
  boolean contains(long upper, long lower) {
    for (Length length : lengths) {
      if (length.isOver(upper, lower)) {
        break;
      }
      if (length.find(upper, lower) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** A block that was found. */
  record Match(int bits, Name owner) {}

  private static long upperMask(int bits) {
    return bits == 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
  }

  private static long lowerMask(int bits) {
    return bits <= 64 ? 0 : bits >= 128 ? -1L : -1L << (128 - bits);
  }

  /**
   * Reads a block as a rule has it (§4.1.1 of the draft): the length, then the address from its
   * end, octets of IPv4, or groups of IPv6 with {@code zz} for the longest run of zeros.
   *
   * @param text the labels of the rule without those of trigger and zone
   * @return empty where it is not one
   */
  static Optional<Block> parse(List<String> text, Name owner) {
    try {
      int bits = Integer.parseInt(text.getFirst());
      List<String> parts = text.subList(1, text.size()).reversed();
      boolean four = parts.size() == 4 && parts.stream().noneMatch(part -> part.equals("zz"));
      return four ? four(parts, bits, owner) : six(parts, bits, owner);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Block> four(List<String> parts, int bits, Name owner) {
    int address = 0;
    for (String part : parts) {
      int octet = Integer.parseInt(part);
      if (octet < 0 || octet > 255) {
        return Optional.empty();
      }
      address = address << 8 | octet;
    }
    return bits < 0 || bits > 32
        ? Optional.empty()
        : Optional.of(new Block(0, AddressBits.mapped(address), bits + MAPPED_BITS, owner));
  }

  private static Optional<Block> six(List<String> parts, int bits, Name owner) {
    var groups = new ArrayList<Integer>();
    int gap = -1;
    for (String part : parts) {
      if (part.equals("zz")) {
        if (gap >= 0) {
          return Optional.empty();
        }
        gap = groups.size();
      } else {
        groups.add(Integer.parseInt(part, 16));
      }
    }
    while (gap >= 0 && groups.size() < 8) {
      groups.add(gap, 0);
    }
    boolean whole =
        groups.size() == 8 && groups.stream().allMatch(group -> group >= 0 && group <= 0xffff);
    if (!whole || bits < 0 || bits > 128) {
      return Optional.empty();
    }
    long upper = 0;
    long lower = 0;
    for (int i = 0; i < 4; i++) {
      upper = upper << 16 | groups.get(i);
      lower = lower << 16 | groups.get(i + 4);
    }
    return Optional.of(new Block(upper, lower, bits, owner));
  }
}
