package io.l7.smtp.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checking a store while its server goes on with its work. */
class StoreVerifierTest {
  private static final int SEGMENT = 8 << 10;

  @TempDir private Path folder;
  private StoreLayout layout = new StoreLayout(Path.of("unset"));
  private Spool spool;

  @FunctionalInterface
  private interface Step {
    void take() throws IOException;
  }

  @BeforeEach
  void open() throws IOException {
    layout = new StoreLayout(folder);
    spool = Spool.open(Disk.real(), layout, InstantSource.system(), 2 << 10, SEGMENT);
  }

  @AfterEach
  void close() {
    spool.close();
  }

  private SpooledMail accept(int octets) throws IOException {
    var bob = Mailbox.of("bob@hamburger.edu");
    var recipient = new Recipient(bob, new Target.Local("bob@hamburger.edu"), RcptParameters.NONE);
    try (var content = spool.newContent()) {
      content.write(new byte[octets]);
      return spool.accept(
          new Envelope(ReversePath.nobody(), MailParameters.NONE, List.of(recipient)), content);
    }
  }

  private void finishAll() {
    for (var mail : spool.list()) {
      spool.update(
          mail.id(),
          s -> s.with(0, s.recipients().getFirst().ended(RecipientState.Status.DELIVERED, "")));
    }
  }

  /** The disk, on which something happens right after the first call of a method on a path. */
  private static Disk disk(String method, Path path, Step then) {
    var open = new boolean[] {true};
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (self, called, arguments) -> {
              try {
                var result = called.invoke(Disk.real(), arguments);
                if (called.getName().equals(method) && arguments[0].equals(path) && open[0]) {
                  open[0] = false;
                  then.take();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void segmentsThatAreGivenBackMeanwhileAreNoDamage() throws IOException {
    for (var i = 0; i < 20; i++) {
      accept(1500);
    }
    Step workGoesOn =
        () -> {
          finishAll();
          for (var i = 0; i < 40; i++) {
            accept(1500);
            finishAll();
          }
        };
    var report = new StoreVerifier(disk("list", layout.log(), workGoesOn), layout).verify();
    assertThat(report.problems()).isEmpty();
    assertThat(report.waiting()).isZero();
  }

  @Test
  void aMailThatComesToItsEndMeanwhileMissesNoContent() throws IOException {
    var large = accept(20_000);
    Step delivered =
        () -> {
          finishAll();
          accept(10); // durable behind the record that the other is over
          while (Files.exists(layout.body(large.id()))) {
            Thread.onSpinWait();
          }
        };
    var report =
        new StoreVerifier(disk("exists", layout.body(large.id()), delivered), layout).verify();
    assertThat(report.problems()).isEmpty();
  }
}
