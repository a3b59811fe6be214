package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client hears when the disk is full or fails: never 250. */
class DiskFaultsTest {
  @TempDir private Path folder;

  private SmtpServer server(Disk disk) throws IOException {
    return SmtpServer.on(folder.resolve("store"))
        .domains("hamburger.edu")
        .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
        .limits(SmtpLimits.builder().inMemoryMessage(4 << 10).build())
        .disk(disk)
        .listen(Endpoint.parse("127.0.0.1:0"))
        .start();
  }

  private static Talk hello(SmtpServer server) throws IOException {
    var talk = new Talk(server.endpoint(Role.TRANSFER));
    talk.reply();
    talk.say("EHLO crepes.fr");
    return talk;
  }

  private static String send(Talk talk, int lines) throws IOException {
    talk.say("MAIL FROM:<a@crepes.fr>");
    talk.say("RCPT TO:<bob@hamburger.edu>");
    var go = talk.say("DATA");
    return go.startsWith("354 ") ? talk.say("Hi\r\n".repeat(lines) + ".") : go;
  }

  @Test
  @Spec("RFC 5321 §4.2.2")
  void aFullDiskIs452AndPasses() throws IOException {
    var disk = new CrashDisk();
    try (var server = server(disk);
        var talk = hello(server)) {
      assertThat(send(talk, 10)).startsWith("250 2.0.0");
      disk.capacity(0);
      assertThat(send(talk, 100_000)).as("a file of its own").startsWith("452 4.3.1");
      assertThat(talk.say("NOOP")).startsWith("250 ");
      disk.capacity(1L << 30);
      assertThat(send(talk, 10)).startsWith("250 2.0.0");
      assertThat(send(talk, 100_000)).startsWith("250 2.0.0");
    }
  }

  @Test
  @Spec("RFC 5321 §4.2.2")
  void aDiskThatFailsIs451() throws IOException {
    var failing = new AtomicBoolean();
    try (var server = server(failing(new CrashDisk(), failing));
        var talk = hello(server)) {
      assertThat(send(talk, 10)).startsWith("250 2.0.0");
      failing.set(true);
      assertThat(send(talk, 10)).startsWith("451 4.3.0");
      assertThat(send(talk, 100_000)).startsWith("451 4.3.0");
      assertThat(talk.say("NOOP")).startsWith("250 ");
      failing.set(false);
      assertThat(send(talk, 10)).as("when it works again").startsWith("250 2.0.0");
    }
  }

  /** A disk on which nothing can be forced while {@code failing}. */
  private static Disk failing(Disk disk, AtomicBoolean failing) {
    return proxy(
        Disk.class,
        disk,
        (method, result) ->
            result instanceof DiskFile file
                ? proxy(
                    DiskFile.class,
                    file,
                    (inner, value) -> {
                      if (inner.equals("force") && failing.get()) {
                        throw new IOException("input/output error");
                      }
                      return value;
                    })
                : result);
  }

  /** Looks at what a method returns, and may return something else or throw. */
  @FunctionalInterface
  private interface After {
    Object of(String method, Object result) throws IOException;
  }

  private static <T> T proxy(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return after.of(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
