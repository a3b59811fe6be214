package io.l7.dns.message;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The names of a message that is as large as one can be; how they are related decides what
 * compression has to look at.
 */
public enum CrowdedNames {
  /** Names of one label below one other. */
  SIBLINGS(3_300),
  /** Names of a hundred labels, each a name that a later one could end with. */
  DEEP(300),
  /** Names that have no end in common. */
  STRANGERS(2_900);

  static final Name OWNER = Name.parse("x.evil");

  private final int count;

  CrowdedNames(int count) {
    this.count = count;
  }

  private String name(int number) {
    return switch (this) {
      case SIBLINGS -> label(number) + ".evil";
      case DEEP -> deep(number);
      case STRANGERS -> label(number) + "." + label(number + 7);
    };
  }

  private static String label(int number) {
    return Integer.toString(number + 36 * 36 * 10, 36);
  }

  private static String deep(int number) {
    var random = new SplittableRandom(number);
    var name = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      name.append((char) ('a' + random.nextInt(26))).append('.');
    }
    return name.toString();
  }

  /** One set with these names as its data. */
  public List<ResourceRecord> records() {
    var records = new ArrayList<ResourceRecord>();
    for (int i = 0; i < count; i++) {
      records.add(
          new ResourceRecord(OWNER, RRType.NS, RRClass.IN, 300, Rdata.name(Name.parse(name(i)))));
    }
    return records;
  }
}
