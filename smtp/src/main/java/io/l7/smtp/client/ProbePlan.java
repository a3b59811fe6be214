package io.l7.smtp.client;

import io.l7.common.net.Endpoint;
import io.l7.smtp.queue.Consignment;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link Probe} says to a server, and how far it goes.
 *
 * @param server whom to
 * @param options our name, TLS, credentials, times; OPPORTUNISTIC falls back only where STARTTLS is
 *     not offered
 * @param greeting how it greets
 * @param login whether it logs in
 * @param pace whether commands go in groups
 * @param stop where it ends before its time
 * @param mail what it sends; only needed where it gets that far
 */
public record ProbePlan(
    Endpoint server,
    RelayOptions options,
    Greeting greeting,
    Login login,
    Pace pace,
    Optional<Stop> stop,
    Optional<Consignment> mail) {

  /** With which command a session begins. */
  public enum Greeting {
    /** EHLO, and HELO where that is not known; LHLO for LMTP. */
    EXTENDED,
    /** HELO alone. */
    PLAIN
  }

  /** Whether commands wait for the reply to the one before. */
  public enum Pace {
    STEP_BY_STEP,
    /** In groups, where the server offers PIPELINING (RFC 2920). */
    GROUPED
  }

  /** How much a login is wanted. */
  public enum Need {
    NONE,
    /** Log in if that can be done; go on without where not. */
    OPTIONAL,
    /** Log in where the server offers a way; failing is an error then. */
    WHERE_OFFERED,
    REQUIRED
  }

  /**
   * Logging in.
   *
   * @param mechanisms tried in this order; all that we know when empty
   */
  public record Login(Need need, List<String> mechanisms) {
    /** None. */
    public static final Login NONE = new Login(Need.NONE, List.of());

    public Login {
      mechanisms = List.copyOf(mechanisms);
    }
  }

  /** A place in the dialogue, in its order. */
  public enum Point {
    BANNER,
    FIRST_HELO,
    TLS,
    HELO,
    AUTH,
    MAIL,
    RCPT,
    DATA,
    DOT
  }

  /** How to end there. */
  public enum Ending {
    /** QUIT, once the reply is there. */
    QUIT,
    /** Hang up, once the reply is there. */
    DROP,
    /** Hang up as soon as it is said. */
    DROP_UNANSWERED
  }

  /** An end before the end. */
  public record Stop(Point point, Ending ending) {}
}
