package io.l7.it.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.testkit.Seeded;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.KeyFile;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdateClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server under the load of updates is killed without warning, again and again: what it said yes
 * to is there at the next start, and the serial never goes back.
 */
@Timeout(600)
class KilledAuthorityTest {
  private static final Name TEST = Name.parse("test.");
  private static final int CLIENTS = 8;

  @TempDir Path folder;
  private final AtomicInteger next = new AtomicInteger();
  private final Collection<Name> acknowledged = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void files() throws IOException {
    Files.writeString(
        folder.resolve("test.zone"),
        "$TTL 300\n@ SOA ns1 admin 7 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n");
    Files.writeString(
        folder.resolve("k.key"),
        "key \"k\" { algorithm hmac-sha256; secret \"" + Peers.SECRET + "\"; };\n");
  }

  @Test
  void everyAcknowledgedUpdateSurvivesAKill() throws Exception {
    rounds(3);
  }

  @Test
  @Tag("interop")
  void everyAcknowledgedUpdateSurvivesTwentyKillsOfASignedZone() throws Exception {
    rounds(20, "--sign-with", "keys");
  }

  private void rounds(int count, String... options) throws Exception {
    var random = Seeded.random("KilledAuthority");
    for (int round = 0; round < count; round++) {
      int before = acknowledged.size();
      try (var server = Program.authority(folder, options)) {
        int port = server.awaitPort();
        check(port, round);
        List<Thread> clients = load(port);
        while (acknowledged.size() < before + CLIENTS) {
          LockSupport.parkNanos(5_000_000);
        }
        LockSupport.parkNanos(random.nextInt(700) * 1_000_000L);
        server.kill();
        for (Thread client : clients) {
          client.join();
        }
      }
      assertThat(acknowledged.size()).as("updates of round %s", round).isGreaterThan(before);
    }
    try (var server = Program.authority(folder, options)) {
      check(server.awaitPort(), count);
      assertThat(server.stop()).isZero();
    }
  }

  /** Clients that add one name after the other until the server is gone. */
  private List<Thread> load(int port) throws IOException {
    TsigKey key = KeyFile.read(folder.resolve("k.key")).getFirst();
    var client =
        new UpdateClient(
            Dialer.over(Network.real()),
            new Endpoint("127.0.0.1", port),
            Optional.of(key),
            InstantSource.system(),
            ThreadLocalRandom.current());
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (add(client, Name.parse("h" + next.getAndIncrement() + ".test."))) {}
                  }));
    }
    return threads;
  }

  private boolean add(UpdateClient client, Name host) {
    var address = Rdata.of(new byte[] {10, 0, 0, 1});
    try {
      var request = new UpdateClient.Request(TEST).add(host, RRType.A, 60, address);
      if (client.send(request).equals(Rcode.NOERROR)) {
        acknowledged.add(host);
      }
      return true;
    } catch (IOException e) {
      return false; // killed: nobody was told of this one
    }
  }

  private void check(int port, int round) throws Exception {
    try (var connection = Dialer.over(Network.real()).dial(new Endpoint("127.0.0.1", port))) {
      Message soa = ask(connection, TEST, RRType.SOA);
      assertThat(Soa.of(soa.answer().getFirst().rdata()).serial())
          .as("serial at the start of round %s", round)
          .isGreaterThanOrEqualTo(7L + acknowledged.size());
      for (Name host : acknowledged) {
        assertThat(ask(connection, host, RRType.A).answer())
            .as("%s at the start of round %s", host, round)
            .isNotEmpty();
      }
    }
  }

  private static Message ask(Connection connection, Name name, RRType type) throws Exception {
    byte[] query = MessageWriter.write(Message.query(17, Question.of(name, type)));
    connection.out().frame16(query, 0, query.length);
    connection.out().flush();
    return MessageReader.read(connection.in().frame16().orElseThrow());
  }
}
