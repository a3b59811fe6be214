package io.l7.dns.message;

/** A kind of query, 0 to 15 (RFC 1035 §4.1.1). */
public record Opcode(int code) {
  public static final Opcode QUERY = new Opcode(0);
  public static final Opcode IQUERY = new Opcode(1);
  public static final Opcode STATUS = new Opcode(2);
  public static final Opcode NOTIFY = new Opcode(4);
  public static final Opcode UPDATE = new Opcode(5);

  public Opcode {
    if (code < 0 || code > 15) {
      throw new IllegalArgumentException("opcode " + code);
    }
  }

  @Override
  public String toString() {
    return switch (code) {
      case 0 -> "QUERY";
      case 1 -> "IQUERY";
      case 2 -> "STATUS";
      case 4 -> "NOTIFY";
      case 5 -> "UPDATE";
      default -> "OPCODE" + code;
    };
  }
}
