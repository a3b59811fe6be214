package io.l7.smtp.client;

/** A name and a password for AUTH. */
public record Credentials(String user, String password) {
  @Override
  public String toString() {
    return user + ":****";
  }
}
