package io.l7.http.message;

/** The version of HTTP a message came in or goes out with (RFC 9110 §2.5). */
public enum Version {
  HTTP_1_0("HTTP/1.0"),
  HTTP_1_1("HTTP/1.1"),
  HTTP_2("HTTP/2"),
  HTTP_3("HTTP/3");

  private final String text;

  Version(String text) {
    this.text = text;
  }

  /** As in a status line or an access log: {@code HTTP/1.1}. */
  @Override
  public String toString() {
    return text;
  }
}
