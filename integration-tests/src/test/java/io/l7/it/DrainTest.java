package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.lab.junit.LabExtension;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import io.l7.smtp.mailbox.StoredMail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Daemons are drained and started again while clients go on, and nobody is let down. */
class DrainTest {
  private static final int CLIENTS = 6;
  private static final int RESTARTS = 3;
  private static final int PORT = 8080;
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String BOB = "bob@hamburger.edu";

  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(b -> b.mail("hamburger.edu", "bob").domain("example.lab"));

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<String> done = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  @Test
  void everyRequestThatAnHttpServerBeganIsAnsweredWholeAcrossRestarts() throws Exception {
    var host = lab.lab().host("www.example.lab", Role.WEB);
    // Slow enough that each drain finds requests under way.
    Handler handler =
        request -> {
          done.add(request.path());
          LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
          return Response.text("done " + request.path());
        };
    var server = server(host, handler);
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) tasks.execute(this::get);
      for (int i = 0; i < RESTARTS; i++) {
        progress(acknowledged);
        server.drain(LIMIT);
        server = server(host, handler);
      }
      progress(acknowledged);
      over.set(true);
    } finally {
      server.close();
    }
    assertThat(acknowledged).isNotEmpty().containsExactlyInAnyOrderElementsOf(done);
  }

  private static HttpServer server(LabHost host, Handler handler) throws IOException {
    return HttpServer.builder()
        .network(host.network())
        .listen(host.at(PORT))
        .handler(handler)
        .start();
  }

  private void get() {
    while (!over.get()) {
      var path = "/" + numbers.incrementAndGet();
      try {
        var url = "http://www.example.lab:" + PORT + path;
        var response = lab.browser().send(Request.get(url));
        var whole = response.body().text(100).equals("done " + path);
        if (response.status().equals(Status.OK) && whole) acknowledged.add(path);
      } catch (IOException e) {
        // Refused while there is no server: then it must not have been begun either.
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
  }

  @Test
  void everyMailThatGotIts250IsInTheMailboxOnceAcrossRestarts() throws Exception {
    var domain = lab.lab().mail().find("hamburger.edu").orElseThrow();
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) tasks.execute(this::mail);
      for (int i = 0; i < RESTARTS; i++) {
        progress(acknowledged);
        domain.stop();
        domain.start();
      }
      progress(acknowledged);
      over.set(true);
    }
    lab.mail(BOB).await(acknowledged.size());
    var subjects = lab.mail(BOB).list().stream().map(DrainTest::subject).toList();
    assertThat(subjects).doesNotHaveDuplicates().containsAll(acknowledged);
  }

  private static String subject(StoredMail mail) {
    return mail.field("subject");
  }

  private void mail() {
    var domain = lab.lab().mail().find("hamburger.edu").orElseThrow();
    while (!over.get()) {
      var number = "mail " + numbers.incrementAndGet();
      var mail = "From: <%s>\r\nSubject: %s\r\n\r\nHello.\r\n".formatted(BOB, number);
      try {
        domain.submit("bob", BOB, mail.getBytes(StandardCharsets.US_ASCII));
        acknowledged.add(number);
      } catch (IOException e) {
        LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
      }
    }
  }

  /** Waits until every client has got something more, about. */
  private static void progress(Set<String> what) throws Exception {
    int enough = what.size() + 2 * CLIENTS;
    Eventually.holds("more work", () -> what.size() >= enough);
  }
}
