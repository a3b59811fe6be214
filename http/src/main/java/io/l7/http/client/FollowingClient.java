package io.l7.http.client;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.util.Optional;

/**
 * What a client does above a transport: fills in fields, follows redirects, takes gzip off. Safe
 * for all threads.
 */
public final class FollowingClient {
  private final Transport transport;
  private final ClientLimits limits;
  private final ClientTimeouts timeouts;
  private final Decoding decoding;
  private final Fields defaults;

  /**
   * A client above a transport.
   *
   * @param defaults sent with a request that does not have fields of these names
   */
  public FollowingClient(
      Transport transport,
      ClientLimits limits,
      ClientTimeouts timeouts,
      Decoding decoding,
      Fields defaults) {
    this.transport = transport;
    this.limits = limits;
    this.timeouts = timeouts;
    this.decoding = decoding;
    this.defaults = defaults;
  }

  /** Sends a request and returns the answer at the end of its redirects. */
  public Response send(Request given) throws ClientException {
    Budget budget = Budget.of(timeouts.total());
    boolean decodes =
        decoding == Decoding.GZIP
            && !given.fields().contains(FieldNames.ACCEPT_ENCODING)
            && !given.fields().contains(FieldNames.RANGE);
    Request request = prepared(given, decodes);
    for (int redirects = 0; ; redirects++) {
      Response response = transport.send(request, budget);
      if (limits.redirects() == 0) {
        return decodes ? Gunzip.decoded(response) : response;
      }
      Optional<Request> next;
      try {
        next = Redirects.follow(request, response);
      } catch (ClientException.BadRedirect e) {
        response.body().close();
        throw e;
      }
      if (next.isEmpty()) {
        return decodes ? Gunzip.decoded(response) : response;
      }
      response.body().close();
      if (redirects == limits.redirects()) {
        throw new ClientException.BadRedirect(
            "over " + limits.redirects() + " redirects, the last to " + next.get().uri());
      }
      request = next.get();
    }
  }

  private Request prepared(Request given, boolean decodes) {
    var fields = given.fields().toBuilder();
    for (Fields.Line line : defaults) {
      fields.setIfAbsent(line.name(), line.value());
    }
    if (decodes) {
      fields.set(FieldNames.ACCEPT_ENCODING, "gzip");
    }
    return given.withFields(fields.build());
  }
}
