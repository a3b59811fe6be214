package io.l7.smtp.auth;

import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Starts SASL exchanges against the users, and checks passwords: an unknown user takes the same
 * path and the same time as a wrong password. Thread-safe.
 */
public final class Authenticator {
  private final Users users;
  private final String defaultDomain;
  private final Executor cpu;
  private final LoginBrake brake;
  private final byte[] decoySecret = new byte[32];
  private final SecureRandom random = new SecureRandom();

  /**
   * A name without a domain means one of {@code defaultDomain}; key derivation runs on {@code cpu};
   * {@code brake} slows down guessing one user's password from many addresses.
   */
  public Authenticator(Users users, String defaultDomain, Executor cpu, LoginBrake brake) {
    this.users = users;
    this.defaultDomain = defaultDomain;
    this.cpu = cpu;
    this.brake = brake;
    random.nextBytes(decoySecret);
  }

  /** What the connection can do for a SASL exchange. */
  public interface Channel {
    /** Whether the connection is encrypted. */
    boolean encrypted();

    /** What an exchange can be bound to, strongest first; nothing without TLS. */
    List<ChannelBinding> bindings();
  }

  /** The mechanisms this connection may use, strongest first. */
  public List<String> mechanisms(Channel channel) {
    var out = new ArrayList<String>();
    if (!channel.bindings().isEmpty()) {
      out.add("SCRAM-SHA-256-PLUS");
    }
    out.add("SCRAM-SHA-256");
    if (channel.encrypted()) { // RFC 4954 §4: no password in the clear
      out.add("PLAIN");
      out.add("LOGIN");
    }
    return out;
  }

  /** Begins an exchange; empty when the mechanism is not on offer for this connection. */
  public Optional<SaslServer> begin(String mechanism, Channel channel) {
    if (!mechanisms(channel).contains(mechanism)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (mechanism) {
          case "PLAIN" -> new PlainServer(this);
          case "LOGIN" -> new LoginServer(this);
          case "SCRAM-SHA-256-PLUS" -> scram(channel, ScramServer.Mechanism.PLUS);
          default -> scram(channel, ScramServer.Mechanism.UNBOUND);
        });
  }

  private ScramServer scram(Channel channel, ScramServer.Mechanism mechanism) {
    var nonce = new byte[18];
    random.nextBytes(nonce);
    return new ScramServer(this, mechanism, channel.bindings(), nonce);
  }

  /** The canonical user of a login name; empty when it can be no name at all. */
  Optional<String> canonical(String login) {
    try {
      var text = login.indexOf('@') < 0 ? login + "@" + defaultDomain : login;
      return Optional.of(Mailbox.parse(text).canonical());
    } catch (AddressSyntaxException e) {
      return Optional.empty();
    }
  }

  /**
   * The record to check a login against: the user's, or a decoy that fails. The decoy is made for
   * those who exist too: SCRAM's answer takes microseconds, and making it is felt among them.
   */
  StoredPassword recordOf(String login) {
    var decoy = StoredPassword.decoy(decoySecret, login, iterations());
    return canonical(login).flatMap(users::password).orElse(decoy);
  }

  /** As many rounds as the others have: neither the time nor SCRAM's "i=" may tell who exists. */
  private int iterations() {
    return users.names().stream()
        .findFirst()
        .flatMap(users::password)
        .map(StoredPassword::iterations)
        .orElse(StoredPassword.ITERATIONS);
  }

  /** Checks a password in the clear. */
  SaslStep check(String login, String password) {
    if (braked(login)) {
      return new SaslStep.Braked();
    }
    var stored = recordOf(login);
    var matches =
        CompletableFuture.supplyAsync(() -> stored.matches(password.toCharArray()), cpu).join();
    return matches ? succeeded(login) : failed(login);
  }

  /** Whether this user has to wait; who does not exist waits as well. */
  boolean braked(String login) {
    return brake.refuses(brakeKey(login));
  }

  SaslStep succeeded(String login) {
    brake.succeeded(brakeKey(login));
    return new SaslStep.Success(canonical(login).orElseThrow());
  }

  SaslStep failed(String login) {
    brake.failed(brakeKey(login));
    return new SaslStep.Denied();
  }

  private String brakeKey(String login) {
    return canonical(login).orElse("");
  }
}
