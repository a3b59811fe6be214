package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.lab.Lab;
import io.l7.lab.world.Role;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labs beside each other in one JVM. */
class ManyLabsTest {
  private static final int LABS = 20;

  @Test
  void twentyLabsLiveSideBySideAndLeaveNoThread(@TempDir Path folder) throws Exception {
    var dump = folder.resolve("threads");
    live(LABS, new CyclicBarrier(1)); // what a JVM keeps for all sockets is there from here on
    var before = ours(dump).keySet();
    var together = new CyclicBarrier(LABS);
    var results = new ArrayList<Future<InetAddress>>();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < LABS; i++) {
        int number = i;
        Callable<InetAddress> life = () -> live(number, together);
        results.add(tasks.submit(life));
      }
    }
    var addresses = new ArrayList<InetAddress>();
    for (var result : results) addresses.add(result.get());
    assertThat(addresses).as("each lab has a block of its own").doesNotHaveDuplicates();

    Eventually.isEmpty(
        "threads of the labs",
        () -> {
          var left = ours(dump);
          left.keySet().removeAll(before);
          return List.copyOf(left.values());
        });
  }

  /** A lab with the same names as all others, and what its site says. */
  private static InetAddress live(int number, CyclicBarrier together) throws Exception {
    try (var lab =
            Lab.builder()
                .mail("crepes.fr", "alice")
                .mail("hamburger.edu", "bob")
                .site("www.example.lab", request -> Response.text("lab " + number))
                .start();
        var browser = lab.browser(lab.host("laptop.example.lab", Role.CLIENT))) {
      together.await();
      var url = lab.world().url("http", "www.example.lab", "/");
      assertThat(browser.send(Request.get(url)).body().text(100)).isEqualTo("lab " + number);
      return lab.world().resolverAddress().getAddress();
    }
  }

  /**
   * Threads of both kinds, by their identifiers, with a frame of this project that is no test's.
   */
  private static Map<String, String> ours(Path dump) throws Exception {
    Files.deleteIfExists(dump);
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
        .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
    var found = new HashMap<String, String>();
    var thread = "";
    for (var line : Files.readAllLines(dump)) {
      if (line.startsWith("#")) thread = line.substring(0, line.indexOf(' '));
      else if (line.contains("io.l7.") && !line.contains("io.l7.it."))
        found.putIfAbsent(thread, line.strip());
    }
    return found;
  }
}
