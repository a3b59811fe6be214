package io.l7.http.message;

/**
 * Thrown where a request cannot be answered as asked: the server sends {@link #response} instead.
 * The text goes to the client: nothing secret in it.
 */
public final class StatusException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient Response response;

  /** An answer of this status with one line of plain text. */
  public StatusException(Status status, String why) {
    super(status + ": " + why);
    this.response = Response.error(status, why);
  }

  public StatusException(Response response) {
    super(response.status().toString());
    this.response = response;
  }

  public Response response() {
    return response;
  }
}
