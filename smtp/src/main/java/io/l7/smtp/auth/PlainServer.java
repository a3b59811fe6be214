package io.l7.smtp.auth;

import java.nio.charset.StandardCharsets;

/** PLAIN (RFC 4616): authorization identity, NUL, name, NUL, password, in one message. */
final class PlainServer implements SaslServer {
  private final Authenticator authenticator;
  private boolean asked;

  PlainServer(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public SaslStep respond(byte[] response) {
    if (response.length == 0 && !asked) { // RFC 4954 §4: no initial response, so an empty challenge
      asked = true;
      return new SaslStep.Challenge(new byte[0]);
    }
    var parts = new String(response, StandardCharsets.UTF_8).split("\0", -1);
    if (parts.length != 3 || parts[1].isEmpty()) {
      return new SaslStep.Malformed("PLAIN wants two NUL octets");
    }
    var actingFor = parts[0].isEmpty() ? parts[1] : parts[0];
    if (!authenticator.canonical(actingFor).equals(authenticator.canonical(parts[1]))) {
      authenticator.check(
          parts[1], parts[2]); // takes the time of a check: acting for others is nobody's right
      return new SaslStep.Denied();
    }
    return authenticator.check(parts[1], parts[2]);
  }
}
