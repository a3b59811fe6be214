package io.l7.cli.dns;

import io.l7.cli.Failure;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.resolver.ResponseMatch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/** Asks one server, as dig does. */
final class StubClient {
  private static final int MOST_OCTETS = 65_535;

  private final Endpoint server;
  private final InetSocketAddress target;
  private final Duration patience;
  private final int tries;

  /** An answer as it came. */
  record Reply(Message message, int octets, String transport) {}

  StubClient(Endpoint server, Duration patience, int tries) throws IOException {
    this.server = server;
    this.target = server.toSocketAddress();
    this.patience = patience;
    this.tries = tries;
  }

  /** The server as it was typed. */
  String name() {
    return server.toString();
  }

  InetSocketAddress target() {
    return target;
  }

  Reply udp(Message query) throws IOException {
    byte[] wire = MessageWriter.write(query);
    try (var socket = new DatagramSocket()) {
      socket.connect(target);
      var packet = new DatagramPacket(new byte[MOST_OCTETS], MOST_OCTETS);
      for (int i = 0; i < tries; i++) {
        socket.send(new DatagramPacket(wire, wire.length));
        long end = System.nanoTime() + patience.toNanos();
        try {
          for (long left = patience.toMillis(); left > 0; left = millisUntil(end)) {
            socket.setSoTimeout(Math.toIntExact(left));
            packet.setLength(MOST_OCTETS);
            socket.receive(packet);
            byte[] answer = Arrays.copyOf(packet.getData(), packet.getLength());
            if (fits(query, answer)) {
              return new Reply(read(answer), answer.length, "UDP");
            }
          }
        } catch (SocketTimeoutException _) {
          // the question goes out again
        }
      }
      throw new Failure(server.toString(), "no answer");
    } catch (java.net.PortUnreachableException e) {
      throw new Failure(server.toString(), "connection refused");
    }
  }

  private static long millisUntil(long end) {
    return (end - System.nanoTime()) / 1_000_000;
  }

  Reply tcp(Message query) throws IOException {
    byte[] wire = MessageWriter.write(query);
    try (var socket = new Socket()) {
      socket.connect(target, Math.toIntExact(patience.toMillis()));
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      var framed = new byte[wire.length + 2];
      framed[0] = (byte) (wire.length >> 8);
      framed[1] = (byte) wire.length;
      System.arraycopy(wire, 0, framed, 2, wire.length);
      socket.getOutputStream().write(framed);
      var in = new DataInputStream(socket.getInputStream());
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      return new Reply(read(answer), answer.length, "TCP");
    } catch (SocketTimeoutException e) {
      throw new Failure(server.toString(), "no answer");
    } catch (ConnectException e) {
      throw new Failure(server.toString(), "connection refused", e);
    } catch (EOFException | SocketException e) {
      throw new Failure(server.toString(), "the connection was closed without an answer", e);
    }
  }

  /**
   * A whole zone (RFC 5936) or what changed in it (RFC 1995), message by message; a refusal is one
   * message. Returns the octets.
   *
   * @throws Failure it does not come to its end
   */
  long transfer(Message query, Consumer<Message> each) throws IOException {
    long octets = 0;
    try (var socket = new Socket()) {
      int millis = Math.toIntExact(patience.toMillis());
      socket.connect(target, millis);
      socket.setSoTimeout(millis);
      var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      byte[] wire = MessageWriter.write(query);
      out.writeShort(wire.length);
      out.write(wire);
      out.flush();
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var end = new TransferEnd(query);
      for (boolean done = false; !done; ) {
        byte[] answer = new byte[in.readUnsignedShort()];
        in.readFully(answer);
        Message message = read(answer);
        octets += answer.length;
        each.accept(message);
        done = end.isReachedBy(message);
      }
      return octets;
    } catch (SocketTimeoutException e) {
      throw new Failure(server.toString(), octets == 0 ? "no answer" : "the transfer stands still");
    } catch (ConnectException e) {
      throw new Failure(server.toString(), "connection refused", e);
    } catch (EOFException | SocketException e) {
      throw new Failure(server.toString(), "the transfer stopped halfway", e);
    }
  }

  /** Whether it may be the answer: what cannot be read but has the id is reported. */
  private static boolean fits(Message query, byte[] answer) {
    if (answer.length < 2 || ((answer[0] & 0xff) << 8 | (answer[1] & 0xff)) != query.id()) {
      return false;
    }
    try {
      return ResponseMatch.of(query, MessageReader.read(answer)) != ResponseMatch.FOREIGN;
    } catch (MalformedMessageException e) {
      return true;
    }
  }

  private Message read(byte[] answer) {
    try {
      return MessageReader.read(answer);
    } catch (MalformedMessageException e) {
      throw new Failure(server.toString(), "broken answer: " + e.getMessage());
    }
  }
}
