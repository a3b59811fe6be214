package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A walk from the root that begins at the server behind the @, as dig's +trace does. */
@Timeout(60)
class IterateTest {
  private static final String HEAD = "$TTL 300\n@ SOA ns admin 7 3600 600 86400 60\n@ NS ns\n";

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  private HostedZones.ZoneSource zone(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("zone" + open.size() + name), HEAD + text);
    return new HostedZones.ZoneSource(Name.parse(name), file);
  }

  private int serve(HostedZones.ZoneSource... sources) throws IOException {
    var options = HostedZones.Options.serving(List.of(sources));
    var zones = HostedZones.open(options, Scheduler.real());
    open.add(zones);
    var server =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .start();
    open.add(server);
    return server.address().getPort();
  }

  private String run(String words) {
    var out = new StringWriter();
    var writer = new PrintWriter(out, true);
    int status = Main.run(words.split(" ", -1), writer, writer);
    return out + "exit " + status;
  }

  @Test
  void theServerBehindTheAtIsAskedWhereTheRootIs() throws IOException {
    int port =
        serve(zone(".", "ns A 192.0.2.53\n"), zone("test.", "ns A 192.0.2.54\nwww A 192.0.2.80\n"));
    Path map = folder.resolve("map");
    Files.write(
        map, Stream.of("53", "54").map(n -> "192.0.2." + n + " 127.0.0.1:" + port).toList());
    for (String walk : List.of("--iterate", "--trace", "+trace")) {
      String printed =
          run("dns query www.test. @127.0.0.1:" + port + " " + walk + " --upstream-map " + map);
      assertThat(printed).contains("192.0.2.80").contains("from the root").endsWith("exit 0");
    }
  }

  @Test
  void oneThatDoesNotKnowTheRootIsNamed() throws IOException {
    int port = serve(zone("test.", "ns A 192.0.2.54\n"));
    assertThat(run("dns query www.test. --iterate @127.0.0.1:" + port))
        .isEqualTo("l7: 127.0.0.1:" + port + ": knows no root server to begin with\nexit 1");
  }
}
