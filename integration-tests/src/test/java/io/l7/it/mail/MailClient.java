package io.l7.it.mail;

import io.l7.common.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends one small mail after the other and knows which were acknowledged. */
final class MailClient implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;

  MailClient(Endpoint server) throws IOException {
    socket = new Socket(server.host(), server.port());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    reply();
    say("HELO crepes.fr");
  }

  /** Sends one mail; the reply to its content. */
  String send(String to, String subject, String body) throws IOException {
    say("MAIL FROM:<a@crepes.fr>");
    say("RCPT TO:<" + to + ">");
    say("DATA");
    return say("Subject: " + subject + "\r\n\r\n" + body + "\r\n.");
  }

  String say(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return reply();
  }

  private String reply() throws IOException {
    var line = in.readLine();
    if (line == null) {
      throw new IOException("closed");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
