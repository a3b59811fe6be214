package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.net.MemoryNetwork;
import io.l7.common.testkit.Conformance;
import io.l7.common.testkit.Seeded;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.local.LocalData;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.service.ServiceConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The 3,091 packets of a scenario that no resolver should stumble over, and mutations of them. */
@Timeout(60)
class BrokenPacketsTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.9", 5353);
  private static final InetSocketAddress STRANGER = new InetSocketAddress("127.0.0.66", 53);
  private static final Message QUERY =
      Message.query(7, Question.of(Name.parse("www.example"), RRType.A));

  private final SpoofedNetwork network = new SpoofedNetwork(CLIENT);
  private List<byte[]> packets = List.of();

  @BeforeEach
  void read() throws IOException {
    var scenario = Conformance.required("dns").resolve("deckard/iter_badraw.rpl");
    var found = new ArrayList<byte[]>();
    boolean raw = false;
    for (String line : Files.readAllLines(scenario, StandardCharsets.ISO_8859_1)) {
      if (raw) {
        found.add(HexFormat.of().parseHex(line.trim()));
      }
      raw = line.equals("RAW");
    }
    packets = found;
    assertThat(packets).hasSizeGreaterThanOrEqualTo(3_000);
  }

  private DnsServer start() throws IOException {
    var record = RecordText.parseRecord("www.example. 60 A 192.0.2.1", Name.ROOT, 60);
    return DnsServer.builder()
        .listen(Endpoint.parse("127.0.0.1:53"))
        .network(network)
        .service(ServiceConfig.defaults().withLocal(LocalData.of(List.of(record), List.of())))
        .recursive(Resolver.builder().network(new MemoryNetwork()).build())
        .start();
  }

  private void assertBystanderIsServed() throws Exception {
    network.send(MessageWriter.write(QUERY), CLIENT);
    assertThat(MessageReader.read(network.answer()).answer()).hasSize(1);
  }

  @Test
  void overUdpTheyCostLittleAndOthersAreAnswered() throws Exception {
    var random = Seeded.random("mutated packets");
    try (DnsServer _ = start()) {
      for (int round = 0; round < 4; round++) {
        for (int i = 0; i < packets.size(); i++) {
          byte[] packet = packets.get(i).clone();
          for (int flips = round; flips > 0 && packet.length > 0; flips--) {
            packet[random.nextInt(packet.length)] = (byte) random.nextInt();
          }
          network.send(packet, STRANGER);
          if (i % 500 == 0) {
            assertBystanderIsServed();
          }
        }
      }
      assertBystanderIsServed();
      assertThat(network.octetsOut()).as("octets of FORMERR").isLessThan(network.octetsIn());
    }
  }

  @Test
  void overTcpTheyCostLittleAndOthersAreAnswered() throws Exception {
    try (DnsServer server = start()) {
      for (List<byte[]> part : parts(100)) {
        try (Socket socket =
            network.connect(Optional.empty(), server.address(), Duration.ofSeconds(5))) {
          for (byte[] packet : part) {
            byte[] framed = new byte[packet.length + 2];
            framed[0] = (byte) (packet.length >> 8);
            framed[1] = (byte) packet.length;
            System.arraycopy(packet, 0, framed, 2, packet.length);
            socket.getOutputStream().write(framed);
          }
          byte[] good = MessageWriter.write(QUERY.withId(4711));
          socket.getOutputStream().write(new byte[] {0, (byte) good.length});
          socket.getOutputStream().write(good);
          assertThat(answerTo(4711, socket).answer()).hasSize(1);
        }
        assertBystanderIsServed();
      }
    }
  }

  private List<List<byte[]>> parts(int size) {
    var parts = new ArrayList<List<byte[]>>();
    for (int i = 0; i < packets.size(); i += size) {
      parts.add(packets.subList(i, Math.min(packets.size(), i + size)));
    }
    return parts;
  }

  /** Reads over the complaints about broken packets. */
  private static Message answerTo(int id, Socket socket) throws Exception {
    var in = new java.io.DataInputStream(socket.getInputStream());
    while (true) {
      var wire = new byte[in.readUnsignedShort()];
      in.readFully(wire);
      assertThat(wire.length).isGreaterThanOrEqualTo(12);
      if (((wire[0] & 0xff) << 8 | (wire[1] & 0xff)) == id
          && Arrays.equals(wire, 4, 6, new byte[] {0, 1}, 0, 2)) {
        return MessageReader.read(wire);
      }
    }
  }
}
