package io.l7.smtp.protocol;

/** What the sender says of the content with BODY= (RFC 6152 §2). */
public enum BodyType {
  SEVEN_BIT("7BIT"),
  EIGHT_BIT_MIME("8BITMIME");

  private final String keyword;

  BodyType(String keyword) {
    this.keyword = keyword;
  }

  /** What a content is by its octets, whatever was said of it. */
  public static BodyType of(byte[] content) {
    for (var octet : content) {
      if (octet < 0) {
        return EIGHT_BIT_MIME;
      }
    }
    return SEVEN_BIT;
  }

  /** The word on the wire. */
  public String keyword() {
    return keyword;
  }
}
