package io.l7.dns.message;

/** What is asked: a name, a type and a class (RFC 1035 §4.1.2). */
public record Question(Name name, RRType type, RRClass rrclass) {
  public static Question of(Name name, RRType type) {
    return new Question(name, type, RRClass.IN);
  }

  public Question withName(Name other) {
    return new Question(other, type, rrclass);
  }

  public Question withType(RRType other) {
    return new Question(name, other, rrclass);
  }

  @Override
  public String toString() {
    return name + " " + rrclass + " " + type;
  }
}
