package io.l7.smtp.client;

/**
 * How a {@link Probe} ended.
 *
 * @param end at which step
 * @param reply what was heard last, or why nothing was
 */
public record ProbeResult(End end, String reply) {

  /** The step that went wrong, or none; the numbers are swaks's exit statuses. */
  public enum End {
    DONE(0),
    UNREACHABLE(2),
    CLOSED(6),
    BANNER(21),
    HELO(22),
    MAIL(23),
    RCPT(24),
    DATA(25),
    CONTENT(26),
    QUIT(27),
    AUTH(28),
    TLS(29),
    HELO_UNDER_TLS(32);

    private final int status;

    End(int status) {
      this.status = status;
    }

    /** The exit status that swaks has for it. */
    public int status() {
      return status;
    }
  }
}
