package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients stuck in every phase at once hold up nobody. {@code -Dl7.slow.clients=5000} for
 * more; {@code benchmarks/run smtp 1 slow} measures it.
 */
class SlowClientsTest {
  private static final int CLIENTS = Integer.getInteger("l7.slow.clients", 200);
  private static final int MAILS = 100;

  @TempDir private Path folder;
  private ServerFixture fixture;
  private final List<Talk> slow = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    fixture = new ServerFixture(folder);
  }

  @AfterEach
  void stop() throws IOException {
    for (var client : slow) {
      client.close();
    }
    fixture.close();
  }

  /** A client that has begun something and does not go on: which, goes round. */
  private Talk stuck(int number) throws IOException {
    return switch (number % 4) {
      case 0 -> fixture.hello().raw("MAIL FR");
      case 1 -> fixture.data().raw("Subject: slow\r\nX");
      case 2 -> {
        var t = fixture.hello();
        t.say("STARTTLS");
        yield t.raw("\u0016\u0003\u0001\u0002\u0000\u0001\u0000");
      }
      default -> {
        var t = fixture.secure(Role.TRANSFER);
        assertThat(t.say("AUTH LOGIN")).startsWith("334 ");
        yield t.raw("Ym");
      }
    };
  }

  /** Milliseconds that each mail of a good client takes, in order of size. */
  private long[] times() throws IOException {
    var out = new long[MAILS];
    try (var t = fixture.hello()) {
      for (var i = 0; i < MAILS; i++) {
        var begin = System.nanoTime();
        assertThat(t.say("MAIL FROM:<a@crepes.fr>")).startsWith("250 ");
        assertThat(t.say("RCPT TO:<bob@hamburger.edu>")).startsWith("250 ");
        assertThat(t.say("DATA")).startsWith("354 ");
        assertThat(t.say("Subject: good\r\n\r\nx\r\n.")).startsWith("250 ");
        out[i] = Duration.ofNanos(System.nanoTime() - begin).toMillis();
      }
    }
    Arrays.sort(out);
    return out;
  }

  @Test
  void clientsStuckInEveryPhaseHoldUpNobody() throws IOException {
    times(); // past the compiler
    var alone = times();
    for (var i = 0; i < CLIENTS; i++) {
      slow.add(stuck(i));
    }
    var among = times();
    assertThat(among[MAILS * 99 / 100])
        .as("p99 in ms among %d slow clients; alone %d", CLIENTS, alone[MAILS * 99 / 100])
        .isLessThan(10 * alone[MAILS * 99 / 100] + 250); // the machine may be busy
    assertThat(slow.getFirst().say("OM:<a@crepes.fr>")).as("nor are they cut").startsWith("250 ");
  }
}
