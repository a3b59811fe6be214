package io.l7.smtp.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.QueueControl;
import io.l7.smtp.store.MailState;
import io.l7.smtp.store.SpooledMail;
import io.l7.smtp.store.StoreLayout;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands for the queue of a running server. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlSocketTest {
  @TempDir private Path folder;

  /** A queue with nothing in it that counts to seven. */
  private static final class Seven implements QueueControl {
    private List<SpooledMail> mails = List.of();

    @Override
    public List<SpooledMail> list() {
      return mails;
    }

    @Override
    public Optional<SpooledMail> show(MailId id) {
      return Optional.empty();
    }

    @Override
    public int retry(Optional<MailId> id) {
      return 7;
    }

    @Override
    public int hold(Optional<MailId> id) {
      throw new IllegalStateException("our own fault");
    }

    @Override
    public int release(Optional<MailId> id) {
      return 7;
    }

    @Override
    public int delete(Optional<MailId> id) {
      return 7;
    }
  }

  private static Json retry(StoreLayout layout) throws Exception {
    return QueueAccess.command(layout, "retry", Optional.empty());
  }

  private static StoreLayout store(Path root) throws Exception {
    var layout = new StoreLayout(root);
    Files.createDirectories(layout.log());
    return layout;
  }

  @Test
  void aClientThatSaysNothingKeepsNobodyWaiting() throws Exception {
    var layout = store(folder);
    try (var lock = StoreLock.tryTake(layout).orElseThrow();
        var socket = ControlSocket.open(layout.control(), new Seven());
        var silent = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      silent.connect(ControlSocket.address(layout.control()));
      assertThat(retry(layout)).hasToString("{\"count\":7}");
    }
  }

  @Test
  void aFaultInOneCommandLeavesTheSocketOpen() throws Exception {
    var layout = store(folder);
    try (var lock = StoreLock.tryTake(layout).orElseThrow();
        var socket = ControlSocket.open(layout.control(), new Seven())) {
      var answer = QueueAccess.command(layout, "hold", Optional.empty());
      assertThat(answer.at("error").text()).contains("our own fault");
      assertThat(retry(layout)).hasToString("{\"count\":7}");
    }
  }

  @Test
  void aStoreThatLiesDeepIsCommandedAllTheSame() throws Exception {
    var layout = store(folder.resolve("a-long-name-".repeat(8)).resolve("b-long-name-".repeat(8)));
    try (var lock = StoreLock.tryTake(layout).orElseThrow()) {
      Path elsewhere;
      try (var socket = ControlSocket.open(layout.control(), new Seven())) {
        assertThat(retry(layout)).hasToString("{\"count\":7}");
        elsewhere = ControlSocket.address(layout.control()).getPath();
      }
      assertThat(elsewhere.getParent()).doesNotExist();
      assertThat(layout.control()).isEmptyDirectory();
    }
  }

  /** A queue of so many mails that are made when they are looked at. */
  private static List<SpooledMail> mails(int count, AtomicInteger made) {
    var bob = Mailbox.of("bob@hamburger.edu");
    var to = new Recipient(bob, new Target.Remote(bob), RcptParameters.NONE);
    var envelope = new Envelope(ReversePath.nobody(), MailParameters.NONE, List.of(to));
    var state = MailState.fresh(1, Instant.EPOCH);
    return new AbstractList<>() {
      @Override
      public SpooledMail get(int index) {
        made.incrementAndGet();
        return new SpooledMail(new MailId(index), envelope, state, 1);
      }

      @Override
      public int size() {
        return count;
      }
    };
  }

  @Test
  void aLongQueueIsListedAsItIsRead() throws Exception {
    var layout = store(folder);
    var made = new AtomicInteger();
    var queue = new Seven();
    queue.mails = mails(100_000, made);
    try (var lock = StoreLock.tryTake(layout).orElseThrow();
        var socket = ControlSocket.open(layout.control(), queue);
        var client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.connect(ControlSocket.address(layout.control()));
      client.write(ByteBuffer.wrap("{\"command\":\"list\"}\n".getBytes(StandardCharsets.UTF_8)));
      assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(1);
      assertThat(made).hasValueLessThan(100_000);
      queue.mails = mails(3, made);
      assertThat(QueueAccess.command(layout, "list", Optional.empty()).at("mails").toString())
          .startsWith("[{\"id\":\"0000000000000\"")
          .contains("\"id\":\"0000000000001\"", "\"id\":\"0000000000002\"");
    }
  }
}
