package io.l7.dns;

import io.l7.common.net.AddressBits;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.service.ClientLimit;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.ServiceCounters;
import io.l7.dns.service.ServiceCounters.Channel;
import io.l7.dns.service.WireService;
import io.l7.http.message.Body;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;

/** DNS over HTTPS (RFC 8484). */
final class DohHandler implements Handler {
  private static final String TYPE = "application/dns-message";
  private static final String PATH = "/dns-query";
  private static final int MOST_OCTETS = 65_535;

  private final WireService service;
  private final ServiceCounters counters;
  private final ClientLimit clients;
  private final QueryLog log;

  DohHandler(WireService service, ServiceCounters counters, ClientLimit clients, QueryLog log) {
    this.service = service;
    this.counters = counters;
    this.clients = clients;
    this.log = log;
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
    counters.query(Channel.DOH);
    long now = System.currentTimeMillis() / 1000;
    InetAddress address = client.getAddress();
    if (!clients.allows(AddressBits.upper(address), AddressBits.lower(address), now)) {
      counters.clientLimited();
      return Response.error(Status.TOO_MANY_REQUESTS);
    }
    long start = System.nanoTime();
    var wire = new AtomicReference<>(new byte[0]);
    switch (service.answer(new Request(query, query.length, client, Request.Transport.ENCRYPTED))) {
      case Outcome.Reply(byte[] reply) -> wire.set(reply);
      case Outcome.Deferred work -> work.run(wire::set);
      case Outcome.Transfer transfer -> {
        return Response.error(Status.BAD_REQUEST, "zones are transferred over TCP and TLS");
      }
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
    byte[] reply = wire.get();
    if (reply.length == 0) {
      return Response.error(Status.BAD_REQUEST, "not a query");
    }
    long nanos = System.nanoTime() - start;
    counters.took(nanos);
    counters.answered(reply);
    log.record(Channel.DOH, client, reply, reply.length, nanos);
    return Response.ok(TYPE, Body.of(reply)).with("cache-control", "max-age=" + maxAge(reply));
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
