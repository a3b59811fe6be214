package io.l7.cli.dns;

import io.l7.cli.RehearsedServer;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * An authority, and a resolver that asks it, each with some thousand questions: what the start-up
 * cache of {@code l7 dns serve} learns from.
 */
public final class DnsRehearsal {
  private static final int ROUNDS = 1_500;
  private static final int UDP_SIZE = 1232;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String ZONE =
      """
      $ORIGIN rehearsal.example.
      $TTL 300
      @     SOA   ns hostmaster 1 3600 600 86400 300
      @     NS    ns
      @     MX    10 mail
      ns    A     127.0.0.1
      www   A     192.0.2.1
      www   A     192.0.2.2
      mail  AAAA  2001:db8::1
      web   CNAME www
      *.w   TXT   "any"
      sub   NS    ns.sub
      ns.sub A    192.0.2.3
      """;

  private static final List<Question> QUESTIONS =
      List.of(
          question("www", RRType.A),
          question("www", RRType.AAAA),
          question("web", RRType.A),
          question("mail", RRType.AAAA),
          question("missing", RRType.A),
          question("any.w", RRType.TXT),
          question("host.sub", RRType.A));

  private DnsRehearsal() {}

  /**
   * Serves from {@code folder}, which is empty.
   *
   * @param l7 runs a command line in this process; what it says goes to the writer
   */
  public static void run(Path folder, BiConsumer<List<String>, PrintWriter> l7) throws IOException {
    var zone = Files.writeString(folder.resolve("zone"), ZONE);
    var authority =
        RehearsedServer.start(
            l7,
            List.of(
                "dns", "serve", "--listen", "127.0.0.1:0", "--zone", "rehearsal.example=" + zone));
    ask(authority);
    var resolver =
        RehearsedServer.start(
            l7,
            List.of(
                "dns",
                "serve",
                "--recursive",
                "--listen",
                "127.0.0.1:0",
                "--negative-trust-anchor",
                "rehearsal.example",
                "--forward",
                authority.toString()));
    ask(resolver);
  }

  private static void ask(Endpoint server) throws IOException {
    var questions = QUESTIONS.stream().map(DnsRehearsal::octets).toList();
    var address = InetAddress.getByName(server.host());
    var answer = new DatagramPacket(new byte[4096], 4096);
    try (var socket = new DatagramSocket()) {
      socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
      for (int round = 0; round < ROUNDS; round++) {
        for (byte[] one : questions) {
          socket.send(new DatagramPacket(one, one.length, address, server.port()));
        }
        for (int i = 0; i < questions.size(); i++) socket.receive(answer);
      }
    }
    try (var socket = new Socket(address, server.port())) {
      var out = new DataOutputStream(socket.getOutputStream());
      var in = new DataInputStream(socket.getInputStream());
      for (byte[] one : questions) {
        out.writeShort(one.length);
        out.write(one);
        in.skipNBytes(in.readUnsignedShort());
      }
    }
  }

  private static Question question(String name, RRType type) {
    return Question.of(Name.parse(name + ".rehearsal.example."), type);
  }

  /** With EDNS, as every resolver asks. */
  private static byte[] octets(Question question) {
    return MessageWriter.write(
        Message.query(7, question).with(Flag.RD).withEdns(Edns.ofSize(UDP_SIZE)));
  }
}
