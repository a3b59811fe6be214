package io.l7.smtp.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * The client of SCRAM-SHA-256 and, bound to the connection, SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677,
 * RFC 5929, RFC 9266). One exchange: {@link #first}, {@link #answer}, {@link #verify}.
 */
public final class ScramClient {
  /** Fewer rounds than RFC 7677 §4 allows would let a false server learn the password cheaply. */
  private static final int MIN_ITERATIONS = 4_096;

  /** More rounds than this are an attack on our processor. */
  private static final int MAX_ITERATIONS = 1_000_000;

  private final String user;
  private final char[] password;
  private final String nonce;
  private final byte[] binding;
  private final String gs2Header;
  private byte[] serverSignature = new byte[0];

  /** What a client says of channel binding: the flag of the gs2 header (RFC 5802 §6). */
  public sealed interface Flag {
    /** {@code n}: this connection has nothing to bind to. */
    record Unable() implements Flag {}

    /** {@code y}: we could, but the server seems not to; one that does will find out. */
    record NotOffered() implements Flag {}

    /** {@code p}: the exchange is bound to this. */
    record Bound(ChannelBinding to) implements Flag {}
  }

  /**
   * {@code nonce} has been used by nobody before.
   *
   * @throws IllegalArgumentException the password can be nobody's (RFC 4013 §2.3)
   */
  public ScramClient(String user, char[] password, byte[] nonce, Flag flag) {
    this.user = user;
    this.password = SaslPrep.of(password).toCharArray();
    this.nonce = Base64.getEncoder().encodeToString(nonce);
    this.gs2Header =
        switch (flag) {
          case Flag.Unable() -> "n,,";
          case Flag.NotOffered() -> "y,,";
          case Flag.Bound(var to) -> "p=" + to.type() + ",,";
        };
    this.binding = flag instanceof Flag.Bound(var to) ? to.data().clone() : new byte[0];
  }

  /** A server that does not keep to the protocol, or does not know the password. */
  public static final class ServerRefused extends Exception {
    private static final long serialVersionUID = 1L;

    ServerRefused(String why) {
      super(why);
    }
  }

  private String firstBare() {
    return "n=" + ScramMessage.escape(user) + ",r=" + nonce;
  }

  /** client-first-message. */
  public byte[] first() {
    return (gs2Header + firstBare()).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * client-final-message for a server-first-message; some milliseconds of processor time or more.
   */
  public byte[] answer(byte[] serverFirst) throws ServerRefused {
    var text = new String(serverFirst, StandardCharsets.UTF_8);
    var attributes =
        ScramMessage.attributes(text)
            .orElseThrow(() -> new ServerRefused("malformed server-first-message"));
    var fullNonce = attributes.getOrDefault('r', "");
    if (!fullNonce.startsWith(nonce) || fullNonce.length() == nonce.length()) {
      throw new ServerRefused("server did not add to the nonce");
    }
    int iterations;
    byte[] salt;
    try {
      iterations = Integer.parseInt(attributes.getOrDefault('i', ""));
      salt = Base64.getDecoder().decode(attributes.getOrDefault('s', ""));
    } catch (IllegalArgumentException e) {
      throw new ServerRefused("malformed server-first-message");
    }
    if (salt.length == 0
        || attributes.containsKey('m')) { // RFC 5802 §5.1: m means no version of ours
      throw new ServerRefused("malformed server-first-message");
    }
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new ServerRefused("iteration count " + iterations + " is out of bounds");
    }
    var header = gs2Header.getBytes(StandardCharsets.UTF_8);
    var bound = new byte[header.length + binding.length];
    System.arraycopy(header, 0, bound, 0, header.length);
    System.arraycopy(binding, 0, bound, header.length, binding.length);
    var withoutProof = "c=" + Base64.getEncoder().encodeToString(bound) + ",r=" + fullNonce;
    var authMessage = firstBare() + "," + text + "," + withoutProof;
    var salted = ScramKeys.saltedPassword(password, salt, iterations);
    var clientKey = ScramKeys.clientKey(salted);
    var signature = ScramKeys.hmac(ScramKeys.hash(clientKey), authMessage);
    serverSignature = ScramKeys.hmac(ScramKeys.serverKey(salted), authMessage);
    var proof = Base64.getEncoder().encodeToString(ScramKeys.xor(clientKey, signature));
    return (withoutProof + ",p=" + proof).getBytes(StandardCharsets.UTF_8);
  }

  /** Checks the server-final-message: a server that does not know the password fails here. */
  public void verify(byte[] serverFinal) throws ServerRefused {
    var text = new String(serverFinal, StandardCharsets.UTF_8);
    if (text.startsWith("e=")) { // RFC 5802 §5.1
      throw new ServerRefused("server says " + text.substring(2));
    }
    var expected = "v=" + Base64.getEncoder().encodeToString(serverSignature);
    if (serverSignature.length == 0
        || !MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8))) {
      throw new ServerRefused("server signature is wrong");
    }
  }
}
