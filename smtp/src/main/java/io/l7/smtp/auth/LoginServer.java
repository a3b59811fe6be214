package io.l7.smtp.auth;

import java.nio.charset.StandardCharsets;

/**
 * LOGIN, as draft-murchison-sasl-login describes what clients do: name, then password, each to a
 * prompt.
 */
final class LoginServer implements SaslServer {
  private static final byte[] USERNAME = "Username:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PASSWORD = "Password:".getBytes(StandardCharsets.US_ASCII);
  private final Authenticator authenticator;
  private String name = "";
  private boolean asked;

  LoginServer(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public SaslStep respond(byte[] response) {
    var text = new String(response, StandardCharsets.UTF_8);
    if (text.isEmpty() && name.isEmpty()) {
      if (asked) {
        return new SaslStep.Malformed("LOGIN wants a name");
      }
      asked = true;
      return new SaslStep.Challenge(USERNAME.clone());
    }
    if (name.isEmpty()) {
      name = text;
      return new SaslStep.Challenge(PASSWORD.clone());
    }
    return authenticator.check(name, text);
  }
}
