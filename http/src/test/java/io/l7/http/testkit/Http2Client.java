package io.l7.http.testkit;

import io.l7.common.framing.WireReader;
import io.l7.http.h2.Frame;
import io.l7.http.h2.FrameReader;
import io.l7.http.h2.FrameWriter;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.hpack.FieldBlock;
import io.l7.http.hpack.HpackDecoder;
import io.l7.http.hpack.HpackEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A client of HTTP/2 that sends exactly the frames it is told to. For one thread. */
public final class Http2Client implements AutoCloseable {
  public static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int END_HEADERS = 4;

  private final Socket socket;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final FrameWriter frames = new FrameWriter(out);
  private final WireReader in;
  private final FrameReader reader;
  private final HpackEncoder encoder = new HpackEncoder(4096);
  private final HpackDecoder decoder = new HpackDecoder(4096, 1 << 20);
  private final Map<Integer, Answer> answers = new HashMap<>();
  private boolean updatesWindows = true;

  /** What came on one stream. */
  public static final class Answer {
    public final List<Integer> interim = new ArrayList<>();
    public final Map<String, String> fields = new LinkedHashMap<>();
    public final Map<String, String> trailers = new LinkedHashMap<>();
    public final ByteArrayOutputStream content = new ByteArrayOutputStream();
    public final List<Integer> frames = new ArrayList<>();
    public int status;
    public boolean ended;

    /** The code of RST_STREAM; −1 without one. */
    public long reset = -1;

    public String body() {
      return content.toString(StandardCharsets.ISO_8859_1);
    }
  }

  /** Connects and says the preface with these settings, by id and value in turn. */
  public static Http2Client connect(InetSocketAddress server, long... settings) throws IOException {
    return of(new Socket(server.getAddress(), server.getPort()), settings);
  }

  /** The same over a socket that is there. */
  public static Http2Client of(Socket socket, long... settings) throws IOException {
    var client = new Http2Client(socket);
    client.out.writeBytes(PREFACE.getBytes(StandardCharsets.US_ASCII));
    var all = new ArrayList<Frame.Setting>();
    for (int i = 0; i < settings.length; i += 2) {
      all.add(new Frame.Setting((int) settings[i], settings[i + 1]));
    }
    client.frames.settings(all);
    return client.flush();
  }

  public Http2Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    this.in = new WireReader(socket.getInputStream());
    this.reader = new FrameReader(in);
  }

  /** Does not make room for content by itself. */
  public Http2Client holdingWindows() {
    updatesWindows = false;
    return this;
  }

  /** Collects frames; they leave with {@link #flush}. */
  public FrameWriter frames() {
    return frames;
  }

  public Http2Client flush() throws IOException {
    socket.getOutputStream().write(out.toByteArray());
    socket.getOutputStream().flush();
    out.reset();
    return this;
  }

  /** A frame of any kind. */
  public Http2Client raw(int type, int flags, int stream, byte[] payload) {
    int length = payload.length;
    out.writeBytes(
        new byte[] {
          (byte) (length >>> 16),
          (byte) (length >>> 8),
          (byte) length,
          (byte) type,
          (byte) flags,
          (byte) (stream >>> 24),
          (byte) (stream >>> 16),
          (byte) (stream >>> 8),
          (byte) stream
        });
    out.writeBytes(payload);
    return this;
  }

  /** Octets as they are. */
  public Http2Client bytes(byte[] source, int offset, int count) {
    out.write(source, offset, count);
    return this;
  }

  /** A field block of names and values in turn, each character one octet. */
  public byte[] block(String... namesAndValues) {
    encoder.begin();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      encoder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Arrays.copyOf(encoder.octets(), encoder.length());
  }

  /** A field block with HEADERS, not sent yet. */
  public Http2Client headers(int stream, End end, String... namesAndValues) {
    return raw(1, END_HEADERS | (end == End.OF_STREAM ? 1 : 0), stream, block(namesAndValues));
  }

  /** A request without content, and more fields by names and values in turn. */
  public Http2Client get(int stream, String path, String... more) throws IOException {
    return request(stream, "GET", path, End.OF_STREAM, more).flush();
  }

  /** A request, not sent yet. */
  public Http2Client request(int stream, String method, String path, End end, String... more) {
    var all =
        new ArrayList<>(
            List.of(":method", method, ":scheme", "http", ":authority", "a", ":path", path));
    all.addAll(List.of(more));
    return headers(stream, end, all.toArray(String[]::new));
  }

  public Http2Client data(int stream, String text, End end) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    frames.data(stream, octets, 0, octets.length, end);
    return this;
  }

  /** The next frame; none where the server has closed. */
  public Optional<Frame> next() throws IOException {
    try {
      Optional<Frame> frame = reader.poll();
      while (frame.isEmpty()) {
        if (in.fill() < 0) {
          return Optional.empty();
        }
        frame = reader.poll();
      }
      take(frame.get());
      return frame;
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private void take(Frame frame) throws IOException {
    switch (frame) {
      case Frame.Settings _ -> {
        frames.settingsAck();
        flushQuietly();
      }
      case Frame.Ping(long data) -> {
        frames.pingAck(data);
        flushQuietly();
      }
      case Frame.Headers headers -> fields(headers);
      case Frame.Data data -> {
        var answer = of(data.stream());
        answer.content.write(data.array(), data.offset(), data.length());
        answer.frames.add(data.length());
        answer.ended |= data.endsStream();
        if (updatesWindows && data.length() > 0) {
          frames.windowUpdate(0, data.length());
          frames.windowUpdate(data.stream(), data.length());
          flushQuietly();
        }
      }
      case Frame.RstStream(int stream, long code) -> of(stream).reset = code;
      default -> {}
    }
  }

  private void flushQuietly() {
    try {
      flush();
    } catch (IOException _) {
      // The server has closed: what it said before can still be read.
    }
  }

  private void fields(Frame.Headers frame) throws IOException {
    FieldBlock block = decoder.decode(frame.array(), frame.offset(), frame.length());
    var answer = of(frame.stream());
    boolean behind = answer.status >= 200;
    for (int line = 0; line < block.count(); line++) {
      String name = block.name(line);
      if (name.equals(":status")) {
        int status = Integer.parseInt(block.value(line));
        if (status < 200) {
          answer.interim.add(status);
          return;
        }
        answer.status = status;
      } else {
        (behind ? answer.trailers : answer.fields).put(name, block.value(line));
      }
    }
    answer.ended |= frame.endsStream();
  }

  /** What has come on a stream so far. */
  public Answer of(int stream) {
    return answers.computeIfAbsent(stream, id -> new Answer());
  }

  /** Reads until a stream has ended or was reset. */
  public Answer answer(int stream) throws IOException {
    var answer = of(stream);
    while (!answer.ended && answer.reset < 0) {
      if (next().isEmpty()) {
        throw new IOException("closed ahead of the end of stream " + stream);
      }
    }
    return answer;
  }

  /** Reads until a stream was reset; with what code. */
  public long reset(int stream) throws IOException {
    while (of(stream).reset < 0) {
      if (next().isEmpty()) {
        throw new IOException("closed ahead of the reset of stream " + stream);
      }
    }
    return of(stream).reset;
  }

  /** Reads until a stream has a status. */
  public Answer head(int stream) throws IOException {
    var answer = of(stream);
    while (answer.status == 0 && answer.reset < 0) {
      if (next().isEmpty()) {
        throw new IOException("closed ahead of the head of stream " + stream);
      }
    }
    return answer;
  }

  /** Reads until the server says that it ends; none where it closes without a word. */
  public Optional<Frame.GoAway> goAway() throws IOException {
    while (true) {
      Optional<Frame> frame = next();
      if (frame.isEmpty()) {
        return Optional.empty();
      }
      if (frame.get() instanceof Frame.GoAway last) {
        return Optional.of(last);
      }
    }
  }

  /** Sends a ping and reads until it comes back: all that was sent before has been seen. */
  public void settle() throws IOException {
    frames.ping(4711);
    flush();
    while (true) {
      Frame frame = next().orElseThrow(() -> new IOException("closed"));
      if (frame.equals(new Frame.PingAck(4711))) {
        return;
      }
    }
  }

  /** Reads to the end. */
  public void awaitClose() throws IOException {
    while (next().isPresent()) {}
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
