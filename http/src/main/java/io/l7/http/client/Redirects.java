package io.l7.http.client;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HostPort;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.UriReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;

/** Where a redirect leads, and as which request (RFC 9110 §15.4). Pure. */
final class Redirects {
  /** Fields that are meant for the origin that was asked, and for no other. */
  private static final List<String> FOR_ONE_ORIGIN =
      List.of(
          FieldNames.AUTHORIZATION,
          FieldNames.COOKIE,
          FieldNames.PROXY_AUTHORIZATION,
          FieldNames.HOST);

  private static final List<String> ABOUT_CONTENT =
      List.of(
          FieldNames.CONTENT_TYPE,
          FieldNames.CONTENT_ENCODING,
          FieldNames.CONTENT_LANGUAGE,
          FieldNames.CONTENT_LOCATION,
          "Digest",
          "Content-Digest",
          FieldNames.EXPECT);

  private Redirects() {}

  /** The request to make next; none where the response is the answer. */
  static Optional<Request> follow(Request request, Response response)
      throws ClientException.BadRedirect {
    int code = response.status().code();
    Optional<String> location = response.field(FieldNames.LOCATION);
    if (location.isEmpty()
        || !(code == 301 || code == 302 || code == 303 || code == 307 || code == 308)) {
      return Optional.empty();
    }
    Request next = moved(request, resolve(request, location.get()));
    if (code == 303 && !request.method().equals(Method.HEAD)
        || (code == 301 || code == 302) && request.method().equals(Method.POST)) {
      return Optional.of(asGet(next));
    }
    if (!request.body().isRepeatable()) {
      throw new ClientException.BadRedirect(
          response.status() + " to a request whose content cannot be sent twice");
    }
    return Optional.of(next);
  }

  private static Request moved(Request request, URI target) {
    Request aimed = Request.of(request.method(), target);
    Fields fields = request.fields();
    boolean sameOrigin =
        aimed.scheme().equals(request.scheme())
            && aimed.authority().equalsIgnoreCase(request.authority());
    if (!sameOrigin) {
      for (String name : FOR_ONE_ORIGIN) {
        fields = fields.without(name);
      }
    }
    return aimed.withFields(fields).withBody(request.body()).withExchange(request.exchange());
  }

  private static Request asGet(Request request) {
    Fields fields = request.fields();
    for (String name : ABOUT_CONTENT) {
      fields = fields.without(name);
    }
    return request.withMethod(Method.GET).withFields(fields).withBody(Body.empty());
  }

  private static URI resolve(Request request, String location) throws ClientException.BadRedirect {
    try {
      URI target = UriReference.resolve(new URI(request.uri()), location);
      if (HostPort.of(target).isEmpty()
          || !("http".equalsIgnoreCase(target.getScheme())
              || "https".equalsIgnoreCase(target.getScheme()))) {
        throw new ClientException.BadRedirect(
            "the redirect leads to " + location + ", which is neither http nor https");
      }
      return target;
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new ClientException.BadRedirect("malformed Location: " + e.getMessage());
    }
  }
}
