package io.l7.http.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A client that sends exactly the bytes it is given. Each character is one byte (ISO 8859-1). */
public final class RawClient implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;

  public RawClient(InetSocketAddress server) throws IOException {
    socket = new Socket(server.getAddress(), server.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    in = socket.getInputStream();
  }

  public RawClient(Socket connected) throws IOException {
    socket = connected;
    in = socket.getInputStream();
  }

  /** An answer as it came; names of fields in lower case, the last of a name wins. */
  public record Answer(int status, Map<String, String> fields, String body) {
    public String field(String name) {
      return fields.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  public RawClient send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return this;
  }

  public void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** One answer to a request that is not HEAD. */
  public Answer answer() throws IOException {
    return answer(true);
  }

  /** One answer without content, as HEAD gets. */
  public Answer headAnswer() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean withContent) throws IOException {
    String statusLine = line();
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      fields.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String body =
        withContent && status >= 200 && status != 204 && status != 304 ? content(fields) : "";
    return new Answer(status, fields, body);
  }

  private String content(Map<String, String> fields) throws IOException {
    if ("chunked".equals(fields.get("transfer-encoding"))) {
      var all = new StringBuilder();
      while (true) {
        int size = Integer.parseInt(line(), 16);
        if (size == 0) {
          for (String line = line(); !line.isEmpty(); line = line()) {
            all.append('[').append(line).append(']');
          }
          return all.toString();
        }
        all.append(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1));
        line();
      }
    }
    String length = fields.get("content-length");
    byte[] bytes = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("closed inside a head: " + line);
      }
      line.append((char) c);
    }
    return line.substring(0, line.length() - 1);
  }

  /** The next so many octets, fewer only at the end. */
  public String octets(int count) throws IOException {
    return new String(in.readNBytes(count), StandardCharsets.ISO_8859_1);
  }

  /** The status of the next answer, whose rest stays unread. */
  public int peekStatus() throws IOException {
    return Integer.parseInt(line().substring(9, 12));
  }

  /** Everything until the server closes; a reset counts as closing. */
  public String rest() throws IOException {
    var all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketException _) {
      // Closed with bytes of ours unread.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Everything that comes within a time of silence, and whether the server closed. */
  public Heard hear(int quietMillis) throws IOException {
    socket.setSoTimeout(quietMillis);
    var all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
      return new Heard(all.toString(StandardCharsets.ISO_8859_1), true);
    } catch (SocketTimeoutException _) {
      return new Heard(all.toString(StandardCharsets.ISO_8859_1), false);
    } catch (SocketException _) {
      return new Heard(all.toString(StandardCharsets.ISO_8859_1), true);
    }
  }

  public record Heard(String text, boolean closed) {}

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
