package io.l7.http.client;

import io.l7.common.framing.WireReader;
import io.l7.common.net.Connection;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * One connection to a server or proxy, and the exchange that runs on it. One exchange at a time.
 */
final class ClientConnection {
  /** How long to wait for the rest of a body that nobody wants. */
  private static final Duration REST = Duration.ofMillis(500);

  private final Connection wire;
  private final Route route;
  private final ConnectionPool pool;
  private final ClientLimits limits;
  private final ClientTimeouts timeouts;
  private final HeadListener heads;
  private final ResponseParser parser;
  private Budget budget;
  private boolean keep;
  private boolean spoiled;
  private boolean reused;
  private long idleSince;

  ClientConnection(
      Connection wire,
      Route route,
      ConnectionPool pool,
      ClientLimits limits,
      ClientTimeouts timeouts,
      HeadListener heads) {
    this.wire = wire;
    this.route = route;
    this.pool = pool;
    this.limits = limits;
    this.timeouts = timeouts;
    this.heads = heads;
    this.parser = new ResponseParser(limits);
    this.budget = Budget.of(timeouts.total());
  }

  /**
   * Sends a request and reads the head of its answer. Interim answers go to the request's exchange.
   *
   * @throws ResponseParser.Silence the connection was closed before a byte of an answer
   */
  Response exchange(Request request, Budget total) throws IOException {
    budget = total;
    keep = false;
    spoiled = false;
    wire.deadline(budget.phase(timeouts.bodyIdle()), "the request to be taken");
    RequestWriter.writeHead(request, route, wire.out());
    ResponseHead head = new Upload(this, request).run();
    clearDeadline(); // from here on the server has time only while its content is read
    if (head.status().code() == 101) {
      return switched(request, head);
    }
    Framing framing =
        Framing.of(request.method(), head.status().code(), head.version(), head.fields());
    keep =
        !spoiled
            && head.keepsConnection()
            && !(framing instanceof Framing.UntilClose)
            && !claimsContent(head);
    if (framing instanceof Framing.None
        || framing instanceof Framing.Counted(long length) && length == 0) {
      release();
      return Response.of(head.status(), head.fields(), Body.empty());
    }
    var stream = new ResponseStream(this, framing);
    OptionalLong length =
        framing instanceof Framing.Counted(long count)
            ? OptionalLong.of(count)
            : OptionalLong.empty();
    return Response.of(
        head.status(), head.fields(), new Body.Stream(stream, length, stream::trailers));
  }

  // A status without content that announces some all the same: what follows might be it, so nothing
  // more is read here.
  private static boolean claimsContent(ResponseHead head) {
    int code = head.status().code();
    return code == 204
        && (head.fields().contains(FieldNames.TRANSFER_ENCODING)
            || head.fields().firstNumber(FieldNames.CONTENT_LENGTH).orElse(0) > 0);
  }

  private Response switched(Request request, ResponseHead head) throws IOException {
    if (!request.fields().contains(FieldNames.UPGRADE)) {
      close();
      throw new ClientException.BadResponse("101 Switching Protocols was not asked for");
    }
    String protocol =
        head.fields().first(FieldNames.UPGRADE, request.fields().first(FieldNames.UPGRADE, ""));
    return Response.switching(
        protocol,
        head.fields().without(FieldNames.CONNECTION),
        protocol.equalsIgnoreCase("websocket")
            ? new WebSocketTunnel(wire, timeouts.bodyIdle())
            : new Tunnel(wire, timeouts.bodyIdle()));
  }

  /** Reads heads up to a final one (or 101); the upload hears of each interim one. */
  ResponseHead readHead(Upload upload) throws IOException {
    for (int interim = 0; interim <= limits.interim(); interim++) {
      ResponseHead head = readOne();
      if (!head.status().isInformational() || head.status().code() == 101) {
        return head;
      }
      if (head.status().code() == 100) {
        upload.proceed();
      } else {
        upload.heard(Response.of(head.status(), head.fields(), Body.empty()));
      }
    }
    throw new ClientException.BadResponse("over " + limits.interim() + " interim responses");
  }

  private ResponseHead readOne() throws IOException {
    try {
      ResponseHead head = parser.read(wire.in());
      heads.head(head.version(), head.status(), head.fields());
      return head;
    } catch (ResponseParser.Silence e) {
      throw e;
    } catch (IOException e) {
      throw ResponseStream.explained(e);
    }
  }

  /** The time until the header may pass from now on. */
  void awaitHeader() {
    wire.deadline(budget.phase(timeouts.firstByte()), "the response header");
  }

  void awaitUpload() {
    wire.deadline(budget.phase(timeouts.bodyIdle()), "the request content to be taken");
  }

  void awaitContent() {
    wire.deadline(budget.phase(timeouts.bodyIdle()), "more of the response content");
  }

  void awaitRest() {
    wire.deadline(REST, "the rest of the response");
  }

  /** Nobody waits for the server now. */
  void clearDeadline() {
    wire.clearDeadline();
  }

  Connection wire() {
    return wire;
  }

  WireReader in() {
    return wire.in();
  }

  ClientLimits limits() {
    return limits;
  }

  Route route() {
    return route;
  }

  /** The request was cut short: what stands on the wire is no whole message. */
  void spoil() {
    spoiled = true;
  }

  /** The exchange is over: the connection goes back to the pool, or closes. */
  void release() {
    // Bytes nobody asked for would be taken for the next answer.
    if (keep && wire.in().buffered() == 0) {
      idleSince = System.nanoTime();
      // Past this time the sweeper closes it, and the pool no longer gives it out.
      wire.deadline(limits.idle().plusSeconds(1), "use");
      reused = true;
      pool.give(this);
    } else {
      close();
    }
  }

  /** Whether it can still be expected to be open after having been idle for less than this. */
  boolean isUsable(Duration idleLimit) {
    return System.nanoTime() - idleSince < idleLimit.toNanos();
  }

  /** Whether an earlier exchange ran on it: then the server may have closed it meanwhile. */
  boolean isReused() {
    return reused;
  }

  void close() {
    wire.close();
  }
}
