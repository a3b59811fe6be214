package io.l7.smtp.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.smtp.message.MailId;
import io.l7.smtp.queue.QueueControl;
import io.l7.smtp.store.SpooledMail;
import io.l7.smtp.store.StoreLayout;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands for the queue of a running server. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlSocketTest {
  @TempDir private Path folder;

  /** A queue with nothing in it that counts to seven. */
  private static final class Seven implements QueueControl {
    @Override
    public List<SpooledMail> list() {
      return List.of();
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
}
