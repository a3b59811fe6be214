package io.l7.http.server;

import io.l7.common.framing.Shelf;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.http.message.Body;
import io.l7.http.message.Conversation;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Progress;
import io.l7.http.wire.RequestHead;
import io.l7.http.wire.RequestParser;
import io.l7.http.wire.Violation;
import io.l7.http.wire.ViolationException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a client, request by request (RFC 9112 §9). Runs on the connection's own
 * virtual thread.
 */
public final class ServerConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** In the access log, for what was not understood. */
  private static final Method UNREAD = Method.of("-");

  private static final Target UNREAD_TARGET = Target.ofPath("-", "");

  private final Connection connection;
  private final ServerSettings settings;
  private final HttpLimits limits;
  private final HttpCounters counters;
  private final Shelf<RequestParser> parsers;
  private final ResponseWriter responses;
  private final ForwardedFields forwarded;
  private final CertifiedHosts hosts;
  private final String scheme;
  private final boolean isLogged;
  private Ending ending = Ending.CLOSE;
  private boolean answered;

  public ServerConnection(
      Connection connection,
      ServerSettings settings,
      HttpCounters counters,
      DateLine date,
      Shelf<RequestParser> parsers) {
    this.connection = connection;
    this.settings = settings;
    this.isLogged = !settings.accessLog().equals(AccessLog.NONE);
    this.limits = settings.limits();
    this.counters = counters;
    this.parsers = parsers;
    this.responses = new ResponseWriter(connection, limits, date);
    this.forwarded = new ForwardedFields(settings.proxies());
    this.hosts = CertifiedHosts.of(connection.tls());
    this.scheme = connection.tls().isPresent() ? "https" : "http";
  }

  /** Answers requests until one side wants the connection closed. */
  public Ending run() throws IOException {
    try {
      boolean more = true;
      while (more && connection.awaitInput(limits.idleTime())) {
        more = next();
        if (connection.in().buffered() == 0) {
          responses.flush();
        }
      }
      responses.flush();
    } catch (WireException.Draining _) {
      // Between two requests: the client sees a plain end of the connection.
    }
    return ending;
  }

  /** Answers a client that speaks HTTP without TLS where HTTPS is spoken. */
  public void refusePlaintext() throws IOException {
    counters.violated(Violation.WITHOUT_TLS);
    refuse(Response.error(Status.BAD_REQUEST, "this port speaks HTTPS: ask for https://"));
  }

  private boolean next() throws IOException {
    RequestParser parser = parsers.take();
    RequestHead head = readHead(parser) ? head(parser) : null;
    parsers.give(parser); // or not, after an exception: the connection is over
    return head != null && answer(head);
  }

  /** Reads until a head is complete; a refused or late one is answered here. */
  private boolean readHead(RequestParser parser) throws IOException {
    WireReader in = connection.in();
    parser.reset();
    Progress progress = parser.parse(in.buffer(), in.position(), in.limit());
    if (progress == Progress.INCOMPLETE) {
      // The whole head has its time from its first byte, however often another one comes.
      try (var _ = connection.within(limits.headTime(), "a request head")) {
        while (progress == Progress.INCOMPLETE) {
          if (connection.out().pending() > 0) {
            connection.out().flush();
          }
          if (in.fill() < 0) {
            return false;
          }
          progress = parser.parse(in.buffer(), in.position(), in.limit());
        }
      } catch (WireException.TimedOut _) {
        refuse(Response.error(Status.REQUEST_TIMEOUT));
        return false;
      }
    }
    if (progress == Progress.REFUSED) {
      if (parser.violation() == Violation.VERSION_NOT_SUPPORTED
          && !answered
          && settings.http2().isPresent()
          && connection.tls().isEmpty()
          && PriorKnowledge.isIn(connection.in())) {
        ending = Ending.HTTP_2;
        return false;
      }
      refuse(parser.violation());
      return false;
    }
    return true;
  }

  private @Nullable RequestHead head(RequestParser parser) throws IOException {
    WireReader in = connection.in();
    try {
      RequestHead head = parser.head(in.buffer(), in.position());
      in.advance(parser.length());
      return head;
    } catch (ViolationException e) {
      refuse(e.violation());
      return null;
    }
  }

  private boolean answer(RequestHead head) throws IOException {
    answered = true;
    long began = isLogged ? System.nanoTime() : 0;
    ContentInput content = content(head);
    Request request = request(head, content);
    Response response =
        EventRelay.of(request, respond(request, head, content), connection::draining);
    ResponseWriter.endInterrupt();
    if (content != null) {
      content.own();
    }
    try {
      return finish(request, response, head, content, began);
    } finally {
      release(response);
    }
  }

  private static void release(Response response) {
    response.body().close();
    response.conversation().ifPresent(Conversation::close);
    ResponseWriter.endInterrupt();
  }

  private @Nullable ContentInput content(RequestHead head) {
    if (head.chunked()) {
      return new ChunkedContent(connection, limits, head.expectsContinue());
    }
    return head.contentLength() > 0
        ? new CountedContent(connection, limits, head.expectsContinue(), head.contentLength())
        : null;
  }

  private Request request(RequestHead head, @Nullable ContentInput content) {
    Body body =
        switch (content) {
          case null -> Body.empty();
          case CountedContent counted -> Body.of(counted, head.contentLength());
          case ChunkedContent chunked ->
              new Body.Stream(chunked, OptionalLong.empty(), chunked::trailers);
        };
    var request =
        Request.received(
            head.method(),
            scheme,
            HostNames.canonical(head.authority(), scheme),
            head.target(),
            head.version(),
            head.fields(),
            body,
            new ConnectionExchange(connection, responses, head.version(), content));
    return forwarded.apply(request);
  }

  private Response respond(Request request, RequestHead head, @Nullable ContentInput content)
      throws IOException {
    try {
      if (!head.chunked() && head.contentLength() > limits.bodyBytes()) {
        counters.violated(Violation.CONTENT_TOO_LARGE);
        return Response.error(Status.CONTENT_TOO_LARGE);
      }
      Response refusal = Admission.refusal(head.method(), head.target(), head.authority(), hosts);
      if (refusal != null) {
        return refusal;
      }
      Response response = settings.handler().get().handle(request);
      if (response.conversation().isEmpty() || head.upgrade()) {
        return response;
      }
      release(response);
      return upgradeNotOffered(response);
    } catch (StatusException e) {
      return e.response();
    } catch (ClientGoneException e) {
      throw e;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      return afterFailure(request, content, e);
    }
  }

  private static Response upgradeNotOffered(Response response) {
    return Response.error(Status.UPGRADE_REQUIRED)
        .with(FieldNames.UPGRADE, response.fields().first(FieldNames.UPGRADE, ""));
  }

  /** The client's fault is its answer, ours is logged once. */
  private Response afterFailure(Request request, @Nullable ContentInput content, Throwable failure)
      throws IOException {
    IOException fault = content == null ? null : content.fault();
    if (fault instanceof ViolationException broken) {
      counters.violated(broken.violation());
      return violationAnswer(broken.violation());
    }
    if (fault instanceof WireException.TimedOut) {
      return Response.error(Status.REQUEST_TIMEOUT);
    }
    if (fault != null) {
      throw fault;
    }
    LOG.error("{}: answering {} failed", connection.id(), request, failure);
    return Response.error(Status.INTERNAL_SERVER_ERROR);
  }

  private static Response violationAnswer(Violation violation) {
    return Response.error(violation.answer(), violation.label() + " (" + violation.section() + ")");
  }

  private boolean finish(
      Request request,
      Response response,
      RequestHead head,
      @Nullable ContentInput content,
      long began)
      throws IOException {
    Persistence persistence = persistence(response, head, content);
    boolean whole = false;
    try {
      responses.write(response, head.method(), head.version(), persistence);
      whole = true;
    } catch (WireException | ClientGoneException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The head is out: a broken connection is all that is left to say it with.
      if (connection.draining()) {
        LOG.debug(
            "{}: the answer to {} was cut by the end of the server", connection.id(), request);
      } else {
        LOG.error("{}: sending the answer to {} failed", connection.id(), request, e);
      }
      connection.close();
      return false;
    } finally {
      if (!whole && ResponseWriter.isDelimitedByClose(response, head.method(), head.version())) {
        connection.reset(); // RFC 9112 §8: an end of the stream would make it look whole
      }
      counters.answered(response.status(), responses.contentBytes());
      log(request, response, began);
    }
    Optional<Conversation> conversation = response.conversation();
    if (conversation.isPresent()) {
      converse(conversation.get());
      return false;
    }
    if (content != null && content.isReadElsewhere()) {
      // Whoever closed now could destroy the answer on its way, and nobody else may listen.
      connection.endOutput();
      content.awaitReader();
      return false;
    }
    return persistence == Persistence.KEEP && stayInStep(content);
  }

  private void log(Request request, Response response, long began) {
    if (isLogged) {
      settings
          .accessLog()
          .log(
              new AccessLog.Entry(
                  request,
                  response,
                  responses.contentBytes(),
                  settings.clock().instant(),
                  System.nanoTime() - began));
    }
  }

  private Persistence persistence(
      Response response, RequestHead head, @Nullable ContentInput content) {
    boolean close =
        !head.persistent()
            || connection.draining()
            || ResponseWriter.isDelimitedByClose(response, head.method(), head.version())
            || head.method().equals(Method.CONNECT)
            || response.fields().hasToken(FieldNames.CONNECTION, "close")
            || (content != null && !isInReach(content));
    return close ? Persistence.CLOSE : Persistence.KEEP;
  }

  /** Whether what is left of the content can be read away cheaply. */
  private boolean isInReach(ContentInput content) {
    if (content.isReadElsewhere()) {
      return false;
    }
    if (content.isFinished()) {
      return true;
    }
    // RFC 9110 §10.1.1: who waits for 100 and got a final answer may send its content or not; only
    // closing is safe.
    if (content.fault() != null || content.isAwaitingContinue()) {
      return false;
    }
    return !(content instanceof CountedContent counted)
        || counted.remaining() <= limits.discardBytes();
  }

  private boolean stayInStep(@Nullable ContentInput content) throws IOException {
    if (content == null || content.isFinished()) {
      return true;
    }
    try {
      responses.flush();
      return content.discard(limits.discardBytes());
    } catch (ViolationException e) {
      // The answer is out; a second one would answer bytes of the content.
      counters.violated(e.violation());
      return false;
    }
  }

  private void converse(Conversation conversation) throws IOException {
    responses.flush();
    connection.whenDraining(
        () -> Thread.ofVirtual().name("farewell-" + connection.id()).start(conversation::drain));
    var from = new ReaderInputStream(connection.in());
    try (var to = new ConversationOutput(connection, limits.writeTime())) {
      conversation.run(from, to);
    }
    connection.endOutput();
    from.end();
  }

  private void refuse(Violation violation) throws IOException {
    counters.violated(violation);
    refuse(
        Response.error(violation.answer(), violation.label() + " (" + violation.section() + ")"));
  }

  /** Answers what cannot be understood, and closes. */
  private void refuse(Response response) throws IOException {
    responses.write(response, Method.GET, Version.HTTP_1_1, Persistence.CLOSE);
    counters.answered(response.status(), responses.contentBytes());
    if (isLogged) {
      var unknown =
          Request.received(
              UNREAD,
              scheme,
              "",
              UNREAD_TARGET,
              Version.HTTP_1_1,
              Fields.EMPTY,
              Body.empty(),
              new ConnectionExchange(connection, responses, Version.HTTP_1_1, null));
      log(unknown, response, System.nanoTime());
    }
    responses.flush();
  }
}
