package io.l7.http.server.h2;

import io.l7.common.net.Connection;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.Flood;
import io.l7.http.h2.FloodGuard;
import io.l7.http.h2.FrameWriter;
import io.l7.http.h2.Http2Error;
import io.l7.http.h2.Http2Error.OfStream;
import io.l7.http.h2.RequestFields.Head;
import io.l7.http.h2.RequestFields.Outcome;
import io.l7.http.message.Exchange;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.server.AccessLog;
import io.l7.http.server.Admission;
import io.l7.http.server.CertifiedHosts;
import io.l7.http.server.EventRelay;
import io.l7.http.server.HttpCounters;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the streams of one connection share, and how they begin and end. Safe for the threads of all
 * streams and of the connection.
 */
final class Http2Session {
  /** What the ping says that tells requests on their way from those behind GOAWAY. */
  private static final long FAREWELL = 0x6c37_6279_6521L;

  /** How long its answer may take. */
  private static final long FAREWELL_SECONDS = 1;

  private final Connection connection;
  private final Http2Server server;
  private final CertifiedHosts hosts;
  private final String scheme;
  private final FloodGuard guard;
  private final Http2Script script;
  private final Http2Patience patience;
  private final Http2Output out;
  private final SendWindows windows;
  private final Http2Streams streams;
  private final ReceiveWindow window;
  private final Map<Integer, Runnable> farewells = new ConcurrentHashMap<>();
  private final CountDownLatch farewellHeard = new CountDownLatch(1);
  private volatile boolean leaving;
  private volatile boolean farewellSaid;

  Http2Session(Connection connection, Http2Server server) {
    this.connection = connection;
    this.server = server;
    this.hosts = CertifiedHosts.of(connection.tls());
    this.scheme = connection.tls().isPresent() ? "https" : "http";
    this.guard = new FloodGuard(server.limits, System::nanoTime, server.http2::flooded);
    this.streams = new Http2Streams(server.limits.streams());
    this.script = new Http2Script(connection);
    this.patience = new Http2Patience(connection, limits(), () -> !streams.isEmpty());
    this.out =
        new Http2Output(connection, server.limits, patience, guard, script, streams::isAlone);
    this.windows = new SendWindows(limits().writeTime());
    this.window = new ReceiveWindow(server.limits.connectionWindow());
  }

  FloodGuard guard() {
    return guard;
  }

  Http2Script script() {
    return script;
  }

  Http2Patience patience() {
    return patience;
  }

  Http2Output out() {
    return out;
  }

  SendWindows windows() {
    return windows;
  }

  Http2Streams streams() {
    return streams;
  }

  /** What may still come on the connection. */
  ReceiveWindow window() {
    return window;
  }

  /** A request that may be answered, or refused in words. */
  void open(int id, Outcome outcome, FrameWriter.End end) {
    var sending = windows.open(id);
    var answer = new StreamAnswer(out, sending, guard, server.date, task -> whenDraining(id, task));
    Optional<StreamContent> content =
        end == FrameWriter.End.OF_STREAM
            ? Optional.empty()
            : Optional.of(content(id, outcome, answer));
    var stream = new Http2Stream(id, this, outcome, content, sending, answer);
    streams.add(stream);
    patience.changed();
    server.http2.opened();
    Thread.ofVirtual().name(connection.id() + "/" + id).start(stream);
  }

  private StreamContent content(int id, Outcome outcome, StreamAnswer answer) {
    OptionalLong declared = OptionalLong.empty();
    boolean expectsContinue = false;
    if (outcome instanceof Outcome.Accepted(Head head)) {
      declared = head.contentLength();
      expectsContinue = head.expectsContinue();
    }
    return new StreamContent(
        id,
        declared,
        expectsContinue,
        server.limits.streamWindow(),
        limits(),
        new ContentOwner(id, answer));
  }

  /** What the content of a stream needs of its connection. */
  private final class ContentOwner implements StreamContent.Owner {
    private final int stream;
    private final StreamAnswer answer;

    ContentOwner(int stream, StreamAnswer answer) {
      this.stream = stream;
      this.answer = answer;
    }

    @Override
    public void askForContent() throws IOException {
      answer.interim(Response.of(Status.of(100)));
    }

    @Override
    public void beforeWaiting() throws IOException {
      answer.flushBegun();
    }

    @Override
    public void taken(int octets) {
      unread(octets);
    }

    @Override
    public void room(int octets) {
      say(to -> to.windowUpdate(stream, octets));
    }
  }

  /** Octets that were read, or never will be: the client may send as many others. */
  void unread(int octets) {
    int room = window.taken(octets);
    if (room > 0) {
      say(to -> to.windowUpdate(0, room));
    }
  }

  /** Says something soon; a client that hears nothing of it is cut. */
  private void say(Http2Output.Remark remark) {
    try {
      out.soon(remark);
    } catch (IOException _) {
      connection.close();
    }
  }

  /** Resets a stream by our own will, once, unless it is over already (RFC 9113 §5.4.2). */
  void reset(Http2Stream stream, ErrorCode code) {
    if (stream.isCancelled() || !streams.wasReset(stream.id())) {
      return;
    }
    stream.cancel(new IOException("the stream was reset"));
    say(to -> to.rstStream(stream.id(), code));
  }

  /** The client reads nothing of a stream, or nothing at all. */
  void stalled(Http2Stream stream, Http2Error fault) {
    server.http2.flooded(Flood.STALLED_READING);
    if (fault instanceof OfStream) {
      reset(stream, fault.code());
    } else {
      out.end(streams.last(), fault.code(), String.valueOf(fault.getMessage()));
      out.endOutput();
    }
  }

  /** A handler has ended. */
  void over(Http2Stream stream) {
    farewells.remove(stream.id());
    // RFC 9113 §8.1: not at once, as some clients drop the answer with the reset that follows it.
    stream.linger(server.limits.linger());
    if (stream.isAnsweredAhead()) {
      reset(stream, ErrorCode.NO_ERROR);
    } else {
      stream.close();
    }
    server.http2.closed();
    streams.remove(stream);
    patience.changed();
    endWithTheLast();
  }

  /** Once the last words are said, the connection ends with the last stream. */
  void endWithTheLast() {
    if (farewellSaid && streams.isEmpty()) {
      out.endOutput();
    }
  }

  /** Runs a task when the server wants to stop or the client has gone, on a thread of its own. */
  private void whenDraining(int stream, Runnable task) {
    farewells.put(stream, task);
    if (leaving || streams.get(stream).filter(each -> !each.isCancelled()).isEmpty()) {
      farewell(stream);
    }
  }

  /** Runs the task that waits for the end of a stream. */
  void farewell(int stream) {
    start(farewells.remove(stream));
  }

  private void start(@Nullable Runnable task) {
    if (task != null) {
      Thread.ofVirtual().name("farewell-" + connection.id()).start(task);
    }
  }

  /**
   * RFC 9113 §6.8: says first that it wants to stop, and after a round trip which request was the
   * last that it saw; answers in hand go on.
   */
  void drain() {
    leaving = true;
    farewells.keySet().forEach(this::farewell);
    say(
        to -> {
          to.goAway(Integer.MAX_VALUE, ErrorCode.NO_ERROR, "");
          to.ping(FAREWELL);
        });
    try {
      boolean _ = farewellHeard.await(FAREWELL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    int last = streams.close();
    say(to -> to.goAway(last, ErrorCode.NO_ERROR, ""));
    farewellSaid = true;
    endWithTheLast();
  }

  /** A ping of ours came back. */
  void pong(long data) {
    if (data == FAREWELL) {
      farewellHeard.countDown();
    }
  }

  /** The connection is over: all that is left to wait for are handlers. */
  void end() {
    farewellHeard.countDown();
    patience.ending();
    var gone = new IOException("the connection has ended");
    streams.all().forEach(stream -> stream.cancel(gone));
  }

  boolean isLeaving() {
    return leaving;
  }

  String id() {
    return connection.id();
  }

  String scheme() {
    return scheme;
  }

  HttpLimits limits() {
    return server.settings.limits();
  }

  HttpCounters counters() {
    return server.counters;
  }

  Handler handler() {
    return server.settings.handler().get();
  }

  boolean isDraining() {
    return connection.draining();
  }

  Exchange exchange(StreamAnswer answer, Departure departure) {
    return new StreamExchange(connection, answer, departure);
  }

  /** A request as trusted proxies tell it. */
  Request received(Request request) {
    return server.forwarded.apply(request);
  }

  /** Events end when the server wants to stop. */
  Response relayed(Request request, Response response) {
    return EventRelay.of(request, response, connection::draining);
  }

  @Nullable Response refusal(Outcome outcome) {
    return outcome instanceof Outcome.Accepted(Head head)
        ? Admission.refusal(head.method(), head.target(), head.authority(), hosts)
        : null;
  }

  void log(Request request, Response response, long contentBytes, long began) {
    server.counters.answered(response.status(), contentBytes);
    AccessLog log = server.settings.accessLog();
    if (!log.equals(AccessLog.NONE)) {
      log.log(
          new AccessLog.Entry(
              request,
              response,
              contentBytes,
              server.settings.clock().instant(),
              System.nanoTime() - began));
    }
  }
}
