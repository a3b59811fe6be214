package io.l7.http.server.h2;

import io.l7.common.framing.WireException;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Http2Error;
import io.l7.http.h2.RequestFields.Head;
import io.l7.http.h2.RequestFields.Outcome;
import io.l7.http.message.Body;
import io.l7.http.message.Conversation;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import io.l7.http.server.ClientGoneException;
import io.l7.http.server.HostNames;
import io.l7.http.wire.Violation;
import io.l7.http.wire.ViolationException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer (RFC 9113 §8.1): runs on a virtual thread of its own, while the
 * connection's brings content, room to send, and the news that the client has left.
 */
final class Http2Stream implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Http2Stream.class);

  /** In the access log, for what was not understood. */
  private static final Method UNREAD = Method.of("-");

  private static final Target UNREAD_TARGET = Target.ofPath("-", "");

  private final int id;
  private final Http2Session session;
  private final Outcome outcome;
  private final Optional<StreamContent> content;
  private final SendWindows.Window window;
  private final StreamAnswer answer;
  private final Departure departure;
  private boolean onlyOverHttp11;
  private volatile boolean cancelled;
  private volatile boolean endedByClient;
  private volatile boolean answered;

  Http2Stream(
      int id,
      Http2Session session,
      Outcome outcome,
      Optional<StreamContent> content,
      SendWindows.Window window,
      StreamAnswer answer) {
    this.id = id;
    this.session = session;
    this.outcome = outcome;
    this.content = content;
    this.window = window;
    this.answer = answer;
    this.departure = new Departure(session.id(), id, answer::awaitSilence);
    this.endedByClient = content.isEmpty();
  }

  int id() {
    return id;
  }

  Optional<StreamContent> content() {
    return content;
  }

  SendWindows.Window window() {
    return window;
  }

  /** Whether the client can say no more on it. */
  boolean isEndedByClient() {
    return endedByClient || cancelled;
  }

  /** The client has said all. */
  void endedByClient(Fields trailers) throws Http2Error {
    endedByClient = true;
    if (content.isPresent()) {
      content.get().end(trailers);
    }
  }

  /** Whether both have said all, though the handler may still be at work (RFC 9113 §5.1). */
  boolean isOver() {
    return endedByClient && answer.isEnded();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Whether all of the answer is on its way. */
  boolean isAnswered() {
    return answer.isEnded();
  }

  /** Nobody wants the answer any more: whoever waits for the client stops. */
  void cancel(IOException why) {
    cancelled = true;
    window.close();
    fail(why);
    departure.happen();
    session.farewell(id);
  }

  /** The handler has ended: nothing more is said, and nothing read. */
  void close() {
    window.close();
    dropContent();
  }

  private void dropContent() {
    if (content.isPresent()) {
      fail(new IOException("the request was answered before its content was read"));
    }
  }

  /** Lets a client that has its answer already come to the end of its request. */
  void linger(Duration limit) {
    if (isAnsweredAhead() && content.isPresent()) {
      dropContent();
      content.get().awaitEnd(limit, this::isCancelled);
    }
  }

  private void fail(IOException why) {
    if (content.isPresent()) {
      session.unread(content.get().fail(new ClientGoneException(why)));
    }
  }

  @Override
  public void run() {
    try {
      if (!cancelled) {
        answer();
      }
    } catch (IOException e) {
      LOG.debug("{}: stream {} ended: {}", session.id(), id, e.toString());
    } catch (RuntimeException | Error e) {
      LOG.error("{}: stream {} failed", session.id(), id, e);
      session.reset(this, ErrorCode.INTERNAL_ERROR);
    } finally {
      session.over(this);
    }
  }

  private void answer() throws IOException {
    long began = System.nanoTime();
    Request request = request();
    Response response = session.relayed(request, respond(request));
    try {
      send(request, response, began);
    } finally {
      release(response);
    }
  }

  private static void release(Response response) {
    response.body().close();
    response.conversation().ifPresent(Conversation::close);
  }

  private Request request() {
    var exchange = session.exchange(answer, departure);
    return switch (outcome) {
      case Outcome.Accepted(Head head) ->
          session.received(
              Request.received(
                  head.method(),
                  session.scheme(),
                  HostNames.canonical(head.authority(), session.scheme()),
                  head.target(),
                  Version.HTTP_2,
                  head.fields(),
                  body(head),
                  exchange));
      case Outcome.Refused _ ->
          Request.received(
              UNREAD,
              session.scheme(),
              "",
              UNREAD_TARGET,
              Version.HTTP_2,
              Fields.EMPTY,
              Body.empty(),
              exchange);
    };
  }

  private Body body(Head head) {
    if (content.isEmpty()) {
      return Body.empty();
    }
    StreamContent from = content.get();
    return head.contentLength().isPresent()
        ? new Body.Stream(from, head.contentLength(), from::trailers)
        : new Body.Stream(from, OptionalLong.empty(), from::trailers);
  }

  private Response respond(Request request) throws IOException {
    try {
      if (outcome instanceof Outcome.Refused(Violation violation)) {
        return refused(violation);
      }
      if (request.body().length().orElse(0) > session.limits().bodyBytes()) {
        return refused(Violation.CONTENT_TOO_LARGE);
      }
      Response refusal = session.refusal(outcome);
      if (refusal != null) {
        return refusal;
      }
      Response response = session.handler().handle(request);
      if (response.conversation().isEmpty()) {
        return response;
      }
      release(response);
      onlyOverHttp11 = true;
      return Response.error(Status.UPGRADE_REQUIRED);
    } catch (StatusException e) {
      return e.response();
    } catch (ClientGoneException e) {
      throw e;
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      return afterFailure(request, e);
    }
  }

  private Response refused(Violation violation) {
    session.counters().violated(violation);
    return Response.error(violation.answer(), violation.label() + " (" + violation.section() + ")");
  }

  /** The client's fault is its answer, ours is logged once. */
  private Response afterFailure(Request request, Throwable failure) throws IOException {
    @Nullable IOException fault = content.map(StreamContent::fault).orElse(null);
    if (fault instanceof ViolationException broken) {
      return refused(broken.violation());
    }
    if (fault instanceof WireException.TimedOut) {
      return Response.error(Status.REQUEST_TIMEOUT);
    }
    if (fault != null) {
      throw fault;
    }
    if (cancelled) {
      throw new ClientGoneException(new IOException(failure)); // and that is why
    }
    LOG.error("{}: answering {} failed", session.id(), request, failure);
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return Response.error(Status.INTERNAL_SERVER_ERROR);
  }

  private void send(Request request, Response response, long began) throws IOException {
    try {
      if (onlyOverHttp11) {
        session.reset(this, ErrorCode.HTTP_1_1_REQUIRED);
        return;
      }
      answer.send(response, request.method());
      answered = true;
    } catch (Http2Error stalled) {
      session.stalled(this, stalled);
    } catch (ClientGoneException e) {
      throw e;
    } catch (WireException e) {
      session.reset(this, ErrorCode.INTERNAL_ERROR);
    } catch (IOException | RuntimeException e) {
      // The head is out: a reset is all that is left to say it with (RFC 9113 §8.1).
      if (!cancelled) {
        if (session.isDraining()) {
          LOG.debug("{}: the answer to {} was cut by the end", session.id(), request);
        } else {
          LOG.error("{}: sending the answer to {} failed", session.id(), request, e);
        }
        session.reset(this, ErrorCode.INTERNAL_ERROR);
      }
    } finally {
      session.log(request, response, answer.contentBytes(), began);
    }
  }

  /** Whether the whole answer has been said while the client may still be sending. */
  boolean isAnsweredAhead() {
    return answered && !isEndedByClient();
  }
}
