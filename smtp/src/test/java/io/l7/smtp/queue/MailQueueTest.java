package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.Maildirs;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import io.l7.smtp.store.StoreLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the queue does when something else fails, in virtual time. */
class MailQueueTest {
  private static final StoreLayout LAYOUT = new StoreLayout(Path.of("/store"));
  private static final Target BOB = new Target.Local("bob@hamburger.edu");
  private static final Outcome TAKEN =
      new Outcome.Delivered(Optional.of("mx"), "250 ok", Outcome.DsnDuty.OURS);
  private static final Outcome NOBODY =
      new Outcome.Failed(Optional.of("mx"), EnhancedStatus.of("5.1.1"), "550 5.1.1 nobody");

  private static final Outcome LATER =
      new Outcome.Deferred(Optional.of("mx"), EnhancedStatus.of("4.2.1"), "451 4.2.1 no");

  private final CrashDisk disk = new CrashDisk();
  private final VirtualTime time = new VirtualTime();
  private final List<String> tries = new ArrayList<>();
  private int transactions;
  private Function<String, Outcome> server = address -> TAKEN;
  private Function<Mailbox, List<Target>> router =
      address -> List.of(new Target.Local(address.canonical()));
  private final List<BodyType> bodies = new ArrayList<>();
  private Spool spool;
  private MailQueue queue;

  @BeforeEach
  void start() throws IOException {
    spool = Spool.open(disk, LAYOUT, time.clock(), 1 << 20, 1 << 20);
    queue =
        new MailQueue(
            new MailQueue.Parts(
                spool,
                new MaildirDelivery(disk, new Maildirs(LAYOUT.mailboxes())),
                domain -> new Recorder(),
                address -> router.apply(address),
                time,
                new SplittableRandom(7),
                "hamburger.edu",
                Runnable::run,
                Runnable::run,
                Runnable::run),
            QueueOptions.defaults().linger(Duration.ZERO));
    queue.start();
  }

  @AfterEach
  void stop() {
    queue.close();
    spool.close();
  }

  private final class Recorder implements Courier {
    @Override
    public List<Outcome> deliver(Consignment consignment) {
      transactions++;
      bodies.add(consignment.envelope().parameters().body());
      return consignment.recipients().stream()
          .map(recipient -> recipient.address().toString())
          .peek(tries::add)
          .map(server)
          .toList();
    }

    @Override
    public void close() {}
  }

  private void send(String... to) throws IOException {
    try (var content = spool.newContent()) {
      content.write("Subject: hello\r\n\r\nKetchup?\r\n".getBytes(StandardCharsets.US_ASCII));
      var recipients = new ArrayList<Recipient>();
      for (var address : to) {
        var mailbox = Mailbox.of(address);
        recipients.add(new Recipient(mailbox, new Target.Remote(mailbox), RcptParameters.NONE));
      }
      var from = ReversePath.of("bob@hamburger.edu");
      queue.enqueue(spool.accept(new Envelope(from, MailParameters.NONE, recipients), content));
    }
  }

  private List<Path> reports() throws IOException {
    return disk.list(LAYOUT.mailboxes().resolve("hamburger.edu/bob/new"));
  }

  @Test
  void aReportThatFindsNoRoomSendsTheMailToNobodyTwice() throws IOException {
    server =
        address -> {
          disk.capacity(0); // full from here on
          return address.startsWith("carol") ? TAKEN : NOBODY;
        };
    send("carol@far.example", "dave@far.example");
    time.advance(Duration.ofMinutes(16));
    assertThat(tries).containsOnlyOnce("carol@far.example");
    assertThat(tries).filteredOn("dave@far.example"::equals).hasSize(4);
    server = address -> NOBODY;
    disk.capacity(Long.MAX_VALUE);
    time.advance(Duration.ofMinutes(5));
    assertThat(reports()).hasSize(1);
    assertThat(spool.size()).isZero();
  }

  @Test
  void aWarningThatFindsNoRoomComesLater() throws IOException {
    server = address -> LATER;
    send("carol@far.example");
    disk.capacity(0);
    time.advance(Duration.ofHours(8));
    disk.capacity(Long.MAX_VALUE);
    time.advance(Duration.ofHours(8));
    assertThat(reports()).hasSize(1);
  }

  @Test
  void oneWarningNamesEveryoneWhoWaits() throws IOException {
    server = address -> address.startsWith("erin") ? TAKEN : LATER;
    send("carol@far.example", "dave@off.example", "erin@near.example");
    time.advance(Duration.ofHours(20));
    assertThat(reports()).hasSize(1);
    var report = new String(disk.readAll(reports().getFirst(), 1 << 20), StandardCharsets.UTF_8);
    assertThat(report)
        .contains("Final-Recipient: rfc822; carol@far.example\nAction: delayed")
        .contains("Final-Recipient: rfc822; dave@off.example\nAction: delayed")
        .doesNotContain("erin");
  }

  @Test
  void aDestinationThatHasNothingToDoIsForgotten() throws IOException {
    for (var i = 0; i < 100; i++) {
      send("carol@far" + i + ".example");
    }
    assertThat(tries).hasSize(100);
    assertThat(queue.destinations()).isZero();
    send("carol@far1.example");
    assertThat(tries).hasSize(101);
  }

  @Test
  void aMailToManyDestinationsThatAreDownIsLookedAtOnceATime() throws IOException {
    server = address -> LATER;
    send(IntStream.range(0, 16).mapToObj(i -> "carol@far" + i + ".example").toArray(String[]::new));
    time.advance(Duration.ofMinutes(10)); // each has come back once, at a moment of its own
    assertThat(queue.appointments()).isEqualTo(16);
  }

  @Test
  void recipientsOfOneDestinationThatFailTogetherGoTogetherAgain() throws IOException {
    server = address -> LATER;
    send("carol@far.example", "dave@far.example", "erin@far.example");
    time.advance(Duration.ofHours(12));
    assertThat(tries).hasSizeGreaterThan(20);
    assertThat(transactions).isEqualTo(tries.size() / 3);
  }

  private SpooledMail accept(String text, Target... to) throws IOException {
    try (var content = spool.newContent()) {
      content.write(text.getBytes(StandardCharsets.UTF_8));
      var recipients = new ArrayList<Recipient>();
      for (var target : to) {
        var address =
            switch (target) {
              case Target.Local(var user) -> Mailbox.of(user);
              case Target.Remote(var mailbox) -> mailbox;
            };
        recipients.add(new Recipient(address, target, RcptParameters.NONE));
      }
      var from = ReversePath.of("bob@hamburger.edu");
      return spool.accept(new Envelope(from, MailParameters.NONE, recipients), content);
    }
  }

  private static Target remote(String address) {
    return new Target.Remote(Mailbox.of(address));
  }

  @Test
  void whoHasTheMailDoesNotGetItAgainAfterAnOlderLookAtIt() throws IOException {
    server = address -> address.startsWith("carol") ? TAKEN : LATER;
    var before = accept("hello\r\n", remote("carol@far.example"), remote("dave@far.example"), BOB);
    queue.enqueue(before);
    time.advance(Duration.ofSeconds(2)); // bob's file is settled
    disk.delete(reports().getFirst()); // and read, and thrown away
    queue.enqueue(before); // as a timer does that looked just before
    assertThat(tries).containsOnlyOnce("carol@far.example");
    assertThat(reports()).isEmpty();
  }

  @Test
  void aDeliveredFileWhoseForceFailedIsWrittenAnew() throws IOException {
    var mail = accept("Subject: hello\r\n\r\nKetchup?\r\n", BOB);
    disk.failForces(1);
    queue.enqueue(mail);
    time.advance(Duration.ofSeconds(2));
    assertThat(spool.size()).isZero();
    var file = reports().getFirst();
    assertThat(new String(disk.afterPowerCut().readAll(file, 1 << 20), StandardCharsets.UTF_8))
        .endsWith("Subject: hello\n\nKetchup?\n");
  }

  @Test
  void aDeliveredFileWhoseForceFailsIsTriedAgainInAMinute() throws IOException {
    var mail = accept("Subject: hello\r\n\r\nKetchup?\r\n", BOB);
    disk.failForces(2);
    queue.enqueue(mail);
    time.advance(Duration.ofSeconds(2));
    assertThat(spool.size()).isEqualTo(1);
    // the owner reads it meanwhile
    var file = reports().getFirst();
    var seen = LAYOUT.mailboxes().resolve("hamburger.edu/bob/cur/" + file.getFileName() + ":2,S");
    disk.move(file, seen);
    time.advance(Duration.ofMinutes(2));
    assertThat(spool.size()).isZero();
    assertThat(reports()).isEmpty();
    assertThat(new String(disk.afterPowerCut().readAll(seen, 1 << 20), StandardCharsets.UTF_8))
        .endsWith("Subject: hello\n\nKetchup?\n");
  }

  @Test
  void theSenderHearsOfAMailThatCannotBeReadAnyMore() throws IOException {
    server = address -> LATER;
    queue.enqueue(accept("x".repeat(2 << 20), remote("carol@far.example")));
    for (var file : disk.list(LAYOUT.bodies())) {
      disk.delete(file);
    }
    time.advance(Duration.ofDays(6));
    assertThat(spool.size()).isZero();
    assertThat(reports()).hasSize(2); // the delay and the end
  }

  @Test
  @Spec("RFC 6152 §3")
  void aReportThatReturnsEightBitsSaysSo() throws IOException {
    router = address -> List.of(new Target.Remote(address));
    server = address -> address.startsWith("bob") ? TAKEN : NOBODY;
    queue.enqueue(accept("Subject: \u00e9\r\n\r\n", remote("carol@far.example")));
    assertThat(tries).containsExactly("carol@far.example", "bob@hamburger.edu");
    assertThat(bodies.getLast()).isEqualTo(BodyType.EIGHT_BIT_MIME);
  }
}
