package io.l7.smtp.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The server of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802 §3 and §5, RFC 7677, RFC 5929 §4,
 * RFC 9266).
 */
final class ScramServer implements SaslServer {
  /** Whether the exchange has to be bound to the TLS connection. */
  enum Mechanism {
    UNBOUND,
    PLUS
  }

  private enum Turn {
    FIRST,
    FINAL,
    ACKNOWLEDGE,
    OVER
  }

  private final Authenticator authenticator;
  private final Mechanism mechanism;
  private final List<ChannelBinding> bindings;
  private final String serverNonce;
  private Turn turn = Turn.FIRST;
  private boolean asked;
  private String user = "";
  private StoredPassword stored = StoredPassword.decoy(new byte[1], "", StoredPassword.ITERATIONS);
  private String gs2Header = "";
  private byte[] bound = new byte[0];
  private String clientFirstBare = "";
  private String serverFirst = "";
  private String nonce = "";

  ScramServer(
      Authenticator authenticator,
      Mechanism mechanism,
      List<ChannelBinding> bindings,
      byte[] nonce) {
    this.authenticator = authenticator;
    this.mechanism = mechanism;
    this.bindings = bindings;
    this.serverNonce = Base64.getEncoder().encodeToString(nonce);
  }

  @Override
  public SaslStep respond(byte[] response) {
    var text = new String(response, StandardCharsets.UTF_8);
    return switch (turn) {
      case FIRST -> text.isEmpty() && !asked ? ask() : first(text);
      case FINAL -> last(text);
      case ACKNOWLEDGE -> acknowledged(text);
      case OVER -> new SaslStep.Malformed("the exchange is over");
    };
  }

  /** RFC 4954 §4: no initial response, so an empty challenge. */
  private SaslStep ask() {
    asked = true;
    return new SaslStep.Challenge(new byte[0]);
  }

  private SaslStep first(String text) {
    // client-first-message = gs2-header client-first-message-bare
    var flagEnd = text.indexOf(',');
    var headerEnd = flagEnd < 0 ? -1 : text.indexOf(',', flagEnd + 1);
    if (headerEnd < 0) {
      return malformed("no gs2 header");
    }
    gs2Header = text.substring(0, headerEnd + 1);
    clientFirstBare = text.substring(headerEnd + 1);
    var flag = text.substring(0, flagEnd);
    if (!flag.equals("n") && !flag.equals("y") && !flag.startsWith("p=")) {
      return malformed("no gs2 header");
    }
    if (flag.startsWith("p=") != (mechanism == Mechanism.PLUS)) { // RFC 5802 §6
      return malformed("wrong channel binding");
    }
    if (mechanism == Mechanism.PLUS) {
      var wanted = bindings.stream().filter(b -> flag.equals("p=" + b.type())).findFirst();
      if (wanted.isEmpty()) { // RFC 5802 §7: unsupported-channel-binding-type
        return malformed("no such channel binding here");
      }
      bound = wanted.get().data();
    }
    if (flag.equals("y") && !bindings.isEmpty()) {
      return denied(); // RFC 5802 §6: we did offer PLUS, so someone in between took it off the list
    }
    var attributes = ScramMessage.attributes(clientFirstBare);
    var name =
        attributes.flatMap(a -> Optional.ofNullable(a.get('n')).flatMap(ScramMessage::unescape));
    var clientNonce = attributes.map(a -> a.getOrDefault('r', "")).orElse("");
    if (name.isEmpty()
        || name.get().isEmpty()
        || !ScramMessage.isNonce(clientNonce)
        || attributes.orElseThrow().containsKey('m')) { // §5.1: an unknown mandatory extension
      return malformed("bad first message");
    }
    var authorization = text.substring(flagEnd + 1, headerEnd);
    var actingFor = authorization.isEmpty() ? name : ScramMessage.attribute('a', authorization);
    if (actingFor.isEmpty()) {
      return malformed("no gs2 header");
    }
    user = name.get();
    if (authenticator.braked(user)) {
      turn = Turn.OVER;
      return new SaslStep.Braked();
    }
    stored = authenticator.recordOf(user);
    if (!authenticator.canonical(actingFor.get()).equals(authenticator.canonical(user))) {
      stored = StoredPassword.decoy(new byte[1], user, stored.iterations());
    }
    nonce = clientNonce + serverNonce;
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(stored.salt())
            + ",i="
            + stored.iterations();
    turn = Turn.FINAL;
    return new SaslStep.Challenge(serverFirst.getBytes(StandardCharsets.UTF_8));
  }

  private SaslStep last(String text) {
    var attributes = ScramMessage.attributes(text);
    var proofAt = text.lastIndexOf(",p=");
    if (attributes.isEmpty() || proofAt < 0) {
      return malformed("bad final message");
    }
    byte[] proof;
    byte[] claimed;
    try {
      proof = Base64.getDecoder().decode(attributes.get().getOrDefault('p', ""));
      claimed = Base64.getDecoder().decode(attributes.get().getOrDefault('c', ""));
    } catch (IllegalArgumentException e) {
      return malformed("bad base64");
    }
    if (!attributes.get().getOrDefault('r', "").equals(nonce)) {
      return denied();
    }
    if (!MessageDigest.isEqual(claimed, expectedBinding())) {
      return denied();
    }
    var authMessage = clientFirstBare + "," + serverFirst + "," + text.substring(0, proofAt);
    var signature = ScramKeys.hmac(stored.storedKey(), authMessage);
    if (proof.length != signature.length
        || !MessageDigest.isEqual(
            ScramKeys.hash(ScramKeys.xor(proof, signature)), stored.storedKey())) {
      turn = Turn.OVER;
      return authenticator.failed(user);
    }
    turn = Turn.ACKNOWLEDGE;
    var verifier = ScramKeys.hmac(stored.serverKey(), authMessage);
    return new SaslStep.Challenge(
        ("v=" + Base64.getEncoder().encodeToString(verifier)).getBytes(StandardCharsets.UTF_8));
  }

  private SaslStep acknowledged(String text) {
    // RFC 4954 §4: SMTP has no success data, so the verifier went as a challenge with an empty
    // answer
    turn = Turn.OVER;
    return text.isEmpty()
        ? authenticator.succeeded(user)
        : new SaslStep.Malformed("nothing more was asked for");
  }

  private byte[] expectedBinding() {
    var header = gs2Header.getBytes(StandardCharsets.UTF_8);
    var out = Arrays.copyOf(header, header.length + bound.length);
    System.arraycopy(bound, 0, out, header.length, bound.length);
    return out;
  }

  private SaslStep malformed(String why) {
    turn = Turn.OVER;
    return new SaslStep.Malformed(why);
  }

  private SaslStep denied() {
    turn = Turn.OVER;
    return new SaslStep.Denied();
  }
}
