package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.Disk;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.MaildirDelivery.Delivered;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Delivered files on their way to being durable. */
class SettlerTest {
  private final CrashDisk disk = new CrashDisk();
  private final VirtualTime time = new VirtualTime();
  private final List<Integer> settled = new ArrayList<>();
  private boolean refusing = true;

  private final Settler settler =
      new Settler(
          new MaildirDelivery(carolsIsClosed(), new Maildirs(Path.of("/mailboxes"))),
          time,
          QueueOptions.defaults(),
          Runnable::run,
          (id, recipient, file) -> file,
          (id, recipient) -> {
            if (recipient == 0) {
              throw new IllegalStateException("a fault of ours");
            }
            settled.add(recipient);
          });

  /** A disk on which carol's files cannot be opened while {@link #refusing}. */
  private Disk carolsIsClosed() {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (self, method, arguments) -> {
              if (refusing
                  && method.getName().equals("open")
                  && arguments[0].toString().contains("carol")) {
                throw new AccessDeniedException(arguments[0].toString());
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void deliver(int recipient, String user) throws IOException {
    var folder = Path.of("/mailboxes/hamburger.edu", user, "new");
    disk.createDirectories(folder);
    var file = folder.resolve("mail" + recipient);
    disk.open(file, Disk.Open.CREATE_NEW).close();
    settler.add(new MailId(7), recipient, new Delivered(file));
  }

  @Test
  void aMailboxThatNobodyMayWriteHoldsUpNobodyElse() throws IOException {
    deliver(1, "bob");
    deliver(2, "carol");
    deliver(3, "dave");
    time.advance(Duration.ofSeconds(2));
    assertThat(settled).containsExactly(1, 3);
    refusing = false;
    time.advance(Duration.ofMinutes(2));
    assertThat(settled).containsExactly(1, 3, 2);
  }

  @Test
  void aFaultOfOursStopsNothingThatComesLater() throws IOException {
    deliver(0, "bob");
    time.advance(Duration.ofSeconds(2));
    deliver(1, "bob");
    time.advance(Duration.ofSeconds(2));
    assertThat(settled).containsExactly(1);
  }
}
