package io.l7.dns;

import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.service.WireService;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;

/** DNS over HTTPS (RFC 8484). */
final class DohHandler implements Handler {
  private static final String TYPE = "application/dns-message";
  private static final String PATH = "/dns-query";
  private static final int MOST_OCTETS = 65_535;

  private final WireService service;

  DohHandler(WireService service) {
    this.service = service;
  }

  @Override
  public Response handle(io.l7.http.message.Request request) throws Exception {
    if (!request.path().equals(PATH)) {
      return Response.error(Status.NOT_FOUND);
    }
    byte[] query;
    if (request.method().equals(Method.POST)) {
      if (!request.field("content-type").filter(TYPE::equalsIgnoreCase).isPresent()) {
        return Response.error(Status.UNSUPPORTED_MEDIA_TYPE);
      }
      query = request.body().bytes(MOST_OCTETS);
    } else if (request.method().equals(Method.GET) || request.method().equals(Method.HEAD)) {
      try {
        query = Base64.getUrlDecoder().decode(parameter(request.query().orElse("")));
      } catch (IllegalArgumentException e) {
        return Response.error(Status.BAD_REQUEST, "the parameter dns is not base64url");
      }
    } else {
      return Response.error(Status.METHOD_NOT_ALLOWED).with("allow", "GET, HEAD, POST");
    }
    return answer(query, request.exchange().remote());
  }

  private static String parameter(String query) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("dns=")) {
        return pair.substring(4);
      }
    }
    return "";
  }

  private Response answer(byte[] query, InetSocketAddress client) throws Exception {
    if (query.length == 0) {
      return Response.error(Status.BAD_REQUEST, "no query");
    }
    var wire = new AtomicReference<>(new byte[0]);
    switch (service.answer(new Request(query, query.length, client, Request.Transport.STREAM))) {
      case Outcome.Reply(byte[] reply) -> wire.set(reply);
      case Outcome.Deferred work -> work.run(wire::set);
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
    if (wire.get().length == 0) {
      return Response.error(Status.BAD_REQUEST, "not a query");
    }
    return Response.ok(TYPE, Body.of(wire.get()))
        .with("cache-control", "max-age=" + maxAge(wire.get()));
  }

  /** RFC 8484 §5.1: no longer than the smallest TTL of the answer. */
  private static long maxAge(byte[] wire) {
    try {
      var message = MessageReader.read(wire);
      var source = message.answer().isEmpty() ? message.authority() : message.answer();
      return source.stream().mapToLong(ResourceRecord::ttl).min().orElse(0);
    } catch (MalformedMessageException e) {
      return 0;
    }
  }
}
