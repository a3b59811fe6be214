package io.l7.http.server.h2;

import io.l7.common.framing.WireException;
import io.l7.common.net.Connection;
import io.l7.http.h2.BlockAssembly;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.FloodGuard;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameReader;
import io.l7.http.h2.Http2Error;
import io.l7.http.h2.Http2Error.OfConnection;
import io.l7.http.h2.Http2Error.OfStream;
import io.l7.http.h2.PeerSettings;
import io.l7.http.h2.RequestFields;
import io.l7.http.h2.RequestFields.Head;
import io.l7.http.h2.RequestFields.Outcome;
import io.l7.http.hpack.FieldBlock;
import io.l7.http.hpack.HpackDecoder;
import io.l7.http.hpack.HpackException;
import io.l7.http.message.Fields;
import io.l7.http.wire.HttpLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client over HTTP/2 (RFC 9113), frame by frame. Its thread never waits for
 * anything but the client's next octets; each request is answered on a thread of its own.
 */
final class Http2Connection {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Connection connection;
  private final Http2Server server;
  private final Http2Session session;
  private final FloodGuard guard;
  private final Http2Output out;
  private final Http2Streams streams;
  private final FrameReader frames;
  private final BlockAssembly assembly;
  private final HpackDecoder fields;
  private PeerSettings peer = PeerSettings.INITIAL;

  /** Whether a whole frame or field block has come since more was waited for. */
  private boolean whole;

  Http2Connection(Connection connection, Http2Server server) {
    this.connection = connection;
    this.server = server;
    this.session = new Http2Session(connection, server);
    this.guard = session.guard();
    this.out = session.out();
    this.streams = session.streams();
    this.frames = new FrameReader(connection.in());
    this.assembly = new BlockAssembly(server.limits, guard);
    this.fields = new HpackDecoder(server.limits.tableOctets(), limits().headBytes());
  }

  private HttpLimits limits() {
    return server.settings.limits();
  }

  /** Answers requests until one side wants the connection closed. */
  void run() throws IOException {
    introduce();
    connection.whenDraining(
        () -> Thread.ofVirtual().name("drain-" + connection.id()).start(session::drain));
    @Nullable WireException late = null;
    try {
      if (greet()) {
        converse();
      }
      leave(ErrorCode.NO_ERROR, "");
    } catch (Http2Error e) {
      server.http2.failed(e.code());
      leave(e.code(), String.valueOf(e.getMessage()));
    } catch (HpackException e) {
      server.http2.failed(ErrorCode.COMPRESSION_ERROR);
      leave(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
    } catch (WireException e) {
      late = e;
      leave(ErrorCode.NO_ERROR, "");
    } catch (RuntimeException e) {
      leave(ErrorCode.INTERNAL_ERROR, "");
      throw e;
    } finally {
      session.end();
      finish();
      streams.awaitNone();
    }
    if (late != null && !session.isLeaving()) {
      throw late;
    }
  }

  private void leave(ErrorCode code, String why) {
    out.end(streams.last(), code, why);
  }

  private void finish() {
    try {
      connection.finish();
    } catch (IOException _) {
      connection.close();
    }
  }

  /** RFC 9113 §3.4: both begin with SETTINGS, ahead of all else. */
  private void introduce() throws IOException {
    var limits = server.limits;
    int room = limits.connectionWindow() - PeerSettings.INITIAL.initialWindow();
    out.soon(
        to -> {
          to.settings(
              List.of(
                  new Frame.Setting(PeerSettings.HEADER_TABLE_SIZE, limits.tableOctets()),
                  new Frame.Setting(PeerSettings.MAX_CONCURRENT_STREAMS, limits.streams()),
                  new Frame.Setting(PeerSettings.INITIAL_WINDOW_SIZE, limits.streamWindow()),
                  new Frame.Setting(PeerSettings.MAX_HEADER_LIST_SIZE, limits().headBytes()),
                  new Frame.Setting(PeerSettings.NO_RFC7540_PRIORITIES, 1)));
          if (room > 0) {
            to.windowUpdate(0, room);
          }
        });
  }

  private boolean greet() throws IOException {
    session.patience().incomplete();
    if (!connection.in().ensure(PREFACE.length)) {
      return false;
    }
    if (!Arrays.equals(connection.in().peek(PREFACE.length), PREFACE)) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "another preface");
    }
    connection.in().advance(PREFACE.length);
    if (isWeak()) {
      throw new OfConnection(ErrorCode.INADEQUATE_SECURITY, "the cipher suite is too weak");
    }
    Optional<Frame> first = frames.poll();
    while (first.isEmpty()) {
      if (connection.in().fill() < 0) {
        return false;
      }
      first = frames.poll();
    }
    if (!(first.get() instanceof Frame.Settings settings)) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "no SETTINGS first");
    }
    session.script().heard(settings);
    settings(settings);
    session.patience().complete();
    return true;
  }

  /** RFC 9113 §9.2.2: a suite of TLS 1.2 without a key of its own, or not of the AEAD kind. */
  private boolean isWeak() {
    return connection
        .tls()
        .filter(session -> session.getProtocol().equals("TLSv1.2"))
        .map(session -> session.getCipherSuite())
        .filter(
            suite ->
                !suite.contains("DHE_") || !(suite.contains("_GCM_") || suite.contains("CHACHA20")))
        .isPresent();
  }

  private void converse() throws IOException {
    while (true) {
      try {
        Optional<Frame> frame = frames.poll();
        if (frame.isPresent()) {
          receive(frame.get());
          whole |= !assembly.isOpen();
        } else if (!more()) {
          return;
        }
      } catch (OfStream e) {
        reset(e);
      }
    }
  }

  private boolean more() throws IOException {
    boolean begun = assembly.isOpen() || connection.in().buffered() > 0;
    if (whole || !begun) {
      session.patience().complete();
    }
    if (begun) {
      session.patience().incomplete(); // each with a time of its own
    }
    whole = false;
    return connection.in().fill() >= 0;
  }

  private void receive(Frame frame) throws IOException {
    if (assembly.isOpen() && !(frame instanceof Frame.Continuation)) { // RFC 9113 §4.3
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "a frame inside a field block");
    }
    session.script().heard(frame);
    switch (frame) {
      case Frame.Data data -> data(data);
      case Frame.Headers headers -> headers(headers);
      case Frame.Continuation continuation -> continuation(continuation);
      case Frame.Priority(int stream, int dependsOn) -> {
        guard.controlFrame();
        independent(stream, dependsOn);
      }
      case Frame.RstStream(int stream, long _) -> reset(stream);
      case Frame.Settings settings -> {
        guard.controlFrame();
        settings(settings);
      }
      case Frame.Ping(long data) -> {
        guard.controlFrame();
        out.soon(to -> to.pingAck(data));
      }
      case Frame.PingAck(long data) -> {
        guard.controlFrame();
        session.pong(data);
      }
      case Frame.WindowUpdate(int stream, int increment) -> windowUpdate(stream, increment);
      // RFC 9218 §5: what is urgent is a hint; streams here take turns.
      case Frame.SettingsAck _, Frame.GoAway _, Frame.PriorityUpdate _, Frame.Unknown _ ->
          guard.controlFrame();
    }
  }

  private void settings(Frame.Settings settings) throws IOException {
    peer = peer.with(settings.all());
    session
        .windows()
        .initial(peer.initialWindow(), streams.all().stream().map(Http2Stream::window).toList());
    out.acknowledge(peer.tableSize());
  }

  private static void independent(int stream, int dependsOn) throws OfStream {
    if (stream == dependsOn) { // RFC 7540 §5.3.1; RFC 9113 has nothing to depend on
      throw new OfStream(stream, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself");
    }
  }

  private void headers(Frame.Headers frame) throws IOException {
    if (frame.length() == 0 && !frame.endsHeaders()) {
      guard.emptyFrame();
    }
    if (assembly.begin(frame)) {
      block();
    }
    independent(frame.stream(), frame.dependsOn());
  }

  private void continuation(Frame.Continuation frame) throws IOException {
    if (frame.length() == 0) {
      guard.emptyFrame();
    }
    if (assembly.add(frame)) {
      block();
    }
  }

  /** A whole field block: it is decoded whatever becomes of it, the table depends on it. */
  private void block() throws IOException {
    FieldBlock block = fields.decode(assembly.octets(), assembly.offset(), assembly.length());
    assembly.release();
    int id = assembly.stream();
    session.script().heard(id, block, assembly.end());
    if (id % 2 == 0) { // RFC 9113 §5.1.1
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "an even stream of a client");
    }
    if (streams.isIdle(id)) {
      begin(id, block);
    } else {
      trailers(id, block);
    }
  }

  private void begin(int id, FieldBlock block) throws IOException {
    switch (streams.begin(id)) {
      case CLOSED -> {}
      case FULL -> throw new OfStream(id, ErrorCode.REFUSED_STREAM, "too many streams");
      case COME_IN -> open(id, RequestFields.head(id, block, limits()));
    }
  }

  private void open(int id, Outcome outcome) throws OfStream {
    if (assembly.endsStream()
        && outcome instanceof Outcome.Accepted(Head head)
        && head.contentLength().orElse(0) > 0) { // RFC 9113 §8.1.1
      throw new OfStream(id, ErrorCode.PROTOCOL_ERROR, "content that was declared did not come");
    }
    session.open(id, outcome, assembly.end());
  }

  private void trailers(int id, FieldBlock block) throws IOException {
    Optional<Http2Stream> stream = streams.get(id);
    if (streams.mayGoOn(id)) {
      return;
    }
    if (stream.isEmpty() || stream.get().isOver()) {
      throw new OfConnection(ErrorCode.STREAM_CLOSED, "fields on a closed stream");
    }
    if (stream.get().isEndedByClient()) {
      throw new OfStream(id, ErrorCode.STREAM_CLOSED, "fields behind the end");
    }
    if (!assembly.endsStream()) { // RFC 9113 §8.1
      throw new OfStream(id, ErrorCode.PROTOCOL_ERROR, "trailers that end nothing");
    }
    stream.get().endedByClient(RequestFields.trailers(id, block, limits()));
  }

  private void data(Frame.Data data) throws IOException {
    int id = data.stream();
    session.window().arrive(data.flowControlled());
    if (streams.isIdle(id)) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "content on an idle stream");
    }
    if (data.length() == 0 && !data.endsStream()) {
      guard.emptyFrame();
    }
    Optional<Http2Stream> stream = streams.get(id);
    if (stream.isEmpty() || stream.get().isEndedByClient()) {
      session.unread(data.flowControlled());
      if (!streams.mayGoOn(id)) {
        throw new OfStream(id, ErrorCode.STREAM_CLOSED, "content behind the end");
      }
      return;
    }
    StreamContent content = stream.get().content().orElseThrow();
    int unread =
        data.flowControlled(); // §6.9: also what breaks the stream counts, and is paid back
    try {
      unread = content.arrive(data);
    } finally {
      session.unread(unread);
    }
    if (data.endsStream()) {
      stream.get().endedByClient(Fields.EMPTY);
    }
  }

  private void windowUpdate(int id, int increment) throws IOException {
    guard.windowUpdate();
    if (id == 0) {
      session.windows().grant(increment);
    } else if (streams.isIdle(id)) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "room on an idle stream");
    } else {
      Optional<Http2Stream> stream = streams.get(id);
      if (stream.isPresent() && !stream.get().isCancelled()) {
        stream.get().window().grant(increment);
      }
    }
  }

  /** The client does not want a stream any more. */
  private void reset(int id) throws IOException {
    if (streams.isIdle(id)) {
      throw new OfConnection(ErrorCode.PROTOCOL_ERROR, "an idle stream is reset");
    }
    Optional<Http2Stream> stream =
        streams.get(id).filter(each -> !each.isCancelled() && !each.isOver());
    if (stream.isPresent()) {
      if (stream.get().isAnswered()) {
        guard.controlFrame(); // it only stops sending what the answer did not wait for
      } else {
        guard.reset();
      }
      stream.get().cancel(new IOException("the client has reset the stream"));
    } else {
      guard.controlFrame(); // it has crossed the end of the answer, or our reset
    }
  }

  /** The client broke a stream; who does so again and again is at something (CVE-2025-8671). */
  private void reset(OfStream fault) throws IOException {
    int id = fault.stream();
    if (assembly.isOpen() || streams.isIdle(id)) {
      throw new OfConnection(fault.code(), String.valueOf(fault.getMessage()));
    }
    server.http2.failed(fault.code());
    Optional<Http2Stream> stream = streams.get(id);
    if (stream.isPresent()) {
      stream.get().cancel(fault);
    }
    if (streams.wasReset(id)) {
      out.soon(to -> to.rstStream(id, fault.code()));
    }
    guard.reset();
    session.endWithTheLast();
  }
}
