package io.l7.dns.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.net.Endpoint;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.Writer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same questions to this resolver and to Unbound, over the same servers. */
@Tag("interop")
@Timeout(280)
class UnboundComparisonTest {
  private static final int QUESTIONS = Integer.getInteger("l7.comparison.questions", 10_000);
  private static final long SEED = 4;

  @TempDir Path folder;

  /** What a client sees of an answer. */
  private record Seen(String rcode, boolean authentic, Set<String> answer) {}

  /** A question and the kind it was drawn as. */
  private record Drawn(String kind, Question question) {}

  private static List<Drawn> questions(List<String> domains) {
    var random = new SplittableRandom(SEED);
    var drawn = new ArrayList<Drawn>();
    for (int i = 0; i < QUESTIONS; i++) {
      String domain = domains.get(random.nextInt(domains.size()));
      drawn.add(
          switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> draw("address", "www." + domain, RRType.A);
            case 4 -> draw("address", "www." + domain, RRType.AAAA);
            case 5 -> draw("address", domain, RRType.A);
            case 6, 7 -> draw("NXDOMAIN", "no" + random.nextInt(50) + "." + domain, RRType.A);
            case 8 -> draw("NODATA", "www." + domain, RRType.TXT);
            case 9 -> draw("NODATA", "b.c." + domain, RRType.A);
            case 10 -> draw("CNAME", "alias." + domain, RRType.A);
            case 11 -> draw("CNAME across zones", "cross." + domain, RRType.A);
            case 12 -> draw("CNAME to nothing", "dangling." + domain, RRType.A);
            case 13 -> draw("DNAME", "www.moved." + domain, RRType.A);
            case 14 -> draw("DNAME", "no" + random.nextInt(9) + ".moved." + domain, RRType.A);
            case 15 -> draw("wildcard", "w" + random.nextInt(50) + ".wild." + domain, RRType.TXT);
            case 16 ->
                draw("wildcard", "w" + random.nextInt(50) + ".wildalias." + domain, RRType.A);
            case 17 -> draw("MX", domain, RRType.MX);
            case 18 ->
                draw("DS and DNSKEY", domain, random.nextBoolean() ? RRType.DS : RRType.DNSKEY);
            default -> draw("no such TLD", "www.nowhere" + random.nextInt(100) + ".", RRType.A);
          });
    }
    return drawn;
  }

  private static Drawn draw(String kind, String name, RRType type) {
    return new Drawn(kind, Question.of(Name.parse(name), type));
  }

  private static Seen ask(InetSocketAddress server, Question question) throws IOException {
    Message query =
        Message.query(4711, question).with(Flag.RD).withEdns(Edns.ofSize(1232).withDnssecOk());
    byte[] wire = MessageWriter.write(query);
    try (var socket = new DatagramSocket()) {
      socket.setSoTimeout(20_000);
      socket.connect(server);
      socket.send(new DatagramPacket(wire, wire.length));
      var buffer = new byte[4096];
      var packet = new DatagramPacket(buffer, buffer.length);
      socket.receive(packet);
      Message answer = MessageReader.read(buffer, 0, packet.getLength());
      return seen(answer.has(Flag.TC) ? overTcp(server, wire) : answer);
    } catch (MalformedMessageException e) {
      throw new IOException(e);
    }
  }

  private static Message overTcp(InetSocketAddress server, byte[] wire)
      throws IOException, MalformedMessageException {
    try (var socket = new Socket(server.getAddress(), server.getPort())) {
      socket.setSoTimeout(20_000);
      var framed = new byte[wire.length + 2];
      framed[0] = (byte) (wire.length >> 8);
      framed[1] = (byte) wire.length;
      System.arraycopy(wire, 0, framed, 2, wire.length);
      socket.getOutputStream().write(framed);
      var in = new DataInputStream(socket.getInputStream());
      return MessageReader.read(in.readNBytes(in.readUnsignedShort()));
    }
  }

  private static Seen seen(Message answer) {
    Set<String> records =
        answer.answer().stream()
            .map(UnboundComparisonTest::text)
            .collect(Collectors.toUnmodifiableSet());
    return new Seen(answer.rcode().toString(), answer.has(Flag.AD), records);
  }

  private static String text(ResourceRecord record) {
    return record.owner().toLowerCase()
        + " "
        + record.type()
        + " "
        + RdataLayout.canonical(record.type(), record.rdata());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isInstalled() {
    return Stream.of("/usr/sbin/unbound", "/usr/bin/unbound", "/usr/local/sbin/unbound")
        .anyMatch(path -> Files.isExecutable(Path.of(path)));
  }

  private Path hints(LoopbackHierarchy hierarchy) throws IOException {
    return Files.writeString(folder.resolve("root.hints"), hierarchy.rootHints());
  }

  private Process unbound(LoopbackHierarchy hierarchy, int port) throws IOException {
    Path hints = hints(hierarchy);
    Path config =
        Files.writeString(
            folder.resolve("unbound.conf"),
            """
            server:
              interface: 127.0.0.1
              port: %d
              directory: "%s"
              chroot: ""
              username: ""
              pidfile: ""
              use-syslog: no
              do-daemonize: no
              do-ip6: no
              do-not-query-localhost: no
              root-hints: "%s"
              trust-anchor: "%s"
              trust-anchor-signaling: no
              module-config: "validator iterator"
              aggressive-nsec: yes
            remote-control:
              control-enable: no
            """
                .formatted(port, folder, hints, hierarchy.anchor()));
    return new ProcessBuilder("unbound", "-d", "-c", config.toString())
        .redirectErrorStream(true)
        .start();
  }

  /** Waits for the line by which Unbound says that it serves. */
  private static void awaitStart(Process unbound) throws IOException {
    BufferedReader said = unbound.inputReader();
    var log = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.contains("start of service")) {
        Thread.ofVirtual().start(() -> readOn(said)); // or it would block
        return;
      }
      log.append(line).append('\n');
    }
    throw new IOException("unbound ended: " + log);
  }

  private static void readOn(BufferedReader said) {
    try {
      said.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      // it was ended
    }
  }

  /** The hierarchy, or the reason why this machine cannot have it. */
  private static LoopbackHierarchy hierarchy() {
    try {
      return LoopbackHierarchy.start();
    } catch (IOException e) {
      return abort("port 53 on 127.77.0.0/16 cannot be opened: " + e.getMessage());
    }
  }

  /** Asks all, one after the other, counting the questions that each causes. */
  private static Asked askAll(
      InetSocketAddress server, List<Drawn> drawn, LoopbackHierarchy hierarchy) throws IOException {
    var seen = new ArrayList<Seen>();
    var packets = new TreeMap<String, Long>();
    long start = hierarchy.asked();
    long before = start;
    for (Drawn each : drawn) {
      seen.add(ask(server, each.question));
      long after = hierarchy.asked();
      packets.merge(each.kind, after - before, Long::sum);
      before = after;
    }
    return new Asked(seen, packets, before - start);
  }

  /** What one resolver answered and what it cost. */
  private record Asked(List<Seen> seen, Map<String, Long> packetsByKind, long packets) {}

  @Test
  void theSameQuestionsGetTheSameAnswersForNoMorePackets() throws Exception {
    assumeTrue(isInstalled(), "unbound is missing");
    try (LoopbackHierarchy hierarchy = hierarchy()) {
      List<Drawn> drawn = questions(hierarchy.domains());
      Asked ours;
      try (Resolver resolver =
              Resolver.builder()
                  .rootHints(hints(hierarchy))
                  .trustAnchor(List.of(hierarchy.anchor()))
                  .with(Feature.LOOPBACK_SERVERS)
                  .without(Feature.IPV6)
                  .build();
          DnsServer server =
              DnsServer.builder()
                  .listen(new Endpoint("127.0.0.1", 0))
                  .recursive(resolver)
                  .start()) {
        ours = askAll(server.address(), drawn, hierarchy);
      }
      int port = freePort();
      Process unbound = unbound(hierarchy, port);
      try {
        var server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        awaitStart(unbound);
        ask(server, Question.of(Name.ROOT, RRType.SOA));
        compare(drawn, ours, askAll(server, drawn, hierarchy));
      } finally {
        unbound.destroy();
      }
    }
  }

  private static void compare(List<Drawn> drawn, Asked ours, Asked theirs) {
    var differences = new ArrayList<String>();
    var kinds = new TreeMap<String, int[]>();
    for (int i = 0; i < drawn.size(); i++) {
      int[] count = kinds.computeIfAbsent(drawn.get(i).kind, kind -> new int[2]);
      count[0]++;
      if (!ours.seen.get(i).equals(theirs.seen.get(i))) {
        count[1]++;
        differences.add(
            drawn.get(i).question
                + "\n  ours    "
                + ours.seen.get(i)
                + "\n  Unbound "
                + theirs.seen.get(i));
      }
    }
    kinds.forEach(
        (kind, count) ->
            System.out.printf(
                "| %s | %,d | %d | %,d | %,d |%n",
                kind,
                count[0],
                count[1],
                ours.packetsByKind.get(kind),
                theirs.packetsByKind.get(kind)));
    System.out.printf(
        "%,d authentic, %,d SERVFAIL, %,d with an answer; packets an answer: %.3f, Unbound %.3f%n",
        ours.seen.stream().filter(Seen::authentic).count(),
        ours.seen.stream().filter(seen -> seen.rcode.equals("SERVFAIL")).count(),
        ours.seen.stream().filter(seen -> !seen.answer.isEmpty()).count(),
        (double) ours.packets / drawn.size(),
        (double) theirs.packets / drawn.size());
    assertThat(differences).isEmpty();
    assertThat(ours.packets).isLessThanOrEqualTo(theirs.packets);
  }
}
