package io.l7.smtp.control;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.smtp.protocol.SmtpLimits;
import io.l7.smtp.queue.QueueEdits;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.StoreLayout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;

/** Gives a command to the queue of a store, whether a server runs on it or not. */
public final class QueueAccess {
  private QueueAccess() {}

  /**
   * Gives one command: {@code list}, {@code show}, {@code retry}, {@code hold}, {@code release},
   * {@code delete}.
   *
   * @return {@code {"mails":[...]}}, {@code {"count":N}} or {@code {"error":"..."}}
   * @throws IOException the store is not there, or whoever has it does not answer
   */
  public static Json command(StoreLayout layout, String command, Optional<String> id)
      throws IOException {
    if (!Files.isDirectory(layout.log())) {
      throw new FileSystemException(layout.root().toString(), null, "no mail store is there");
    }
    var request = Json.object().put("command", command).put("id", id).build();
    var lock = StoreLock.tryTake(layout);
    if (lock.isEmpty()) {
      return ask(layout, request);
    }
    try (var held = lock.get();
        var spool =
            Spool.open(
                Disk.real(),
                layout,
                InstantSource.system(),
                SmtpLimits.defaults().inMemoryMessage(),
                Spool.SEGMENT)) {
      var answer =
          QueueCommands.answer(new QueueEdits(spool, InstantSource.system(), mail -> {}), request);
      spool.sync(); // no server goes on with what found no room
      return answer;
    }
  }

  private static Json ask(StoreLayout layout, Json request) throws IOException {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(ControlSocket.address(layout.control()));
      var out = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      var in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      var line = in.readLine();
      if (line == null) {
        throw new IOException("the server of this store does not answer");
      }
      return Json.parse(line);
    }
  }
}
