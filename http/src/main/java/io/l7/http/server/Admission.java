package io.l7.http.server;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.Target;
import org.jspecify.annotations.Nullable;

/** What the server answers by itself, whatever version of HTTP it was asked in. Pure. */
public final class Admission {
  private static final String SERVER_METHODS = "GET, HEAD, OPTIONS";

  private Admission() {}

  /** The answer to what is no handler's affair; none where it is. */
  public static @Nullable Response refusal(
      Method method, Target target, String authority, CertifiedHosts hosts) {
    if (!hosts.cover(authority)) {
      return Response.error(Status.MISDIRECTED_REQUEST, "the TLS handshake was for another host");
    }
    if (method.equals(Method.TRACE) || method.equals(Method.CONNECT)) {
      return Response.error(Status.METHOD_NOT_ALLOWED).with(FieldNames.ALLOW, SERVER_METHODS);
    }
    if (target.equals(Target.ASTERISK)) {
      return Response.of(Status.NO_CONTENT).with(FieldNames.ALLOW, SERVER_METHODS);
    }
    return null;
  }
}
