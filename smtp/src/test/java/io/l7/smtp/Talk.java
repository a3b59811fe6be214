package io.l7.smtp;

import io.l7.common.net.Endpoint;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that says exactly what a test tells it to. */
final class Talk implements AutoCloseable {
  private final Socket socket;
  private InputStream in;
  private OutputStream out;

  Talk(Endpoint server) throws IOException {
    socket = new Socket(server.host(), server.port());
    socket.setSoTimeout(10_000);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  Socket socket() {
    return socket;
  }

  void over(Socket other) throws IOException {
    in = new BufferedInputStream(other.getInputStream());
    out = other.getOutputStream();
  }

  /** Sends octets as they are, one a character. */
  Talk raw(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
    return this;
  }

  Talk utf8(String line) throws IOException {
    out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
    return this;
  }

  /** Sends a line and returns the whole reply, lines joined by LF. */
  String say(String line) throws IOException {
    raw(line + "\r\n");
    return reply();
  }

  /** Reads one reply; "closed" at the end of the connection. */
  String reply() throws IOException {
    var all = new StringBuilder();
    while (true) {
      var line = line();
      if (line.isEmpty() && all.isEmpty()) {
        return "closed";
      }
      all.append(line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return all.toString();
      }
      all.append('\n');
    }
  }

  private String line() throws IOException {
    var out = new ByteArrayOutputStream();
    for (var c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        out.write(c);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
