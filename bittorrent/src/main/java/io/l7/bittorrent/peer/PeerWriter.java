package io.l7.bittorrent.peer;

import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.wire.Message;
import io.l7.bittorrent.wire.MessageWriter;
import io.l7.common.net.Connection;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The writing half of a connection. Messages go at once and together; blocks follow as the limits
 * of rate allow, and while one waits for its turn messages still pass.
 */
final class PeerWriter implements Runnable {
  /** BEP 3: about every two minutes when nothing else is said. */
  private static final long KEEP_ALIVE = TimeUnit.SECONDS.toNanos(100);

  private final TorrentSession torrent;
  private final Connection connection;
  private final Outbox outbox;
  private final PeerKey key;
  private final Runnable onFailure;
  private final MessageWriter writer;
  private final BlockSender sender;

  PeerWriter(
      TorrentSession torrent,
      Connection connection,
      Outbox outbox,
      PeerKey key,
      Runnable onFailure) {
    this.torrent = torrent;
    this.connection = connection;
    this.outbox = outbox;
    this.key = key;
    this.onFailure = onFailure;
    this.writer = new MessageWriter(connection.out());
    this.sender = new BlockSender(torrent, connection, BlockSender.Way.to(connection));
  }

  @Override
  public void run() {
    try {
      write();
    } catch (IOException _) {
      // the reading half sees the end and says why
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      onFailure.run();
    }
  }

  private void write() throws IOException, InterruptedException {
    List<Block> due = List.of();
    long dueAt = 0;
    while (true) {
      long now = System.nanoTime();
      boolean open =
          due.isEmpty()
              ? outbox.await(KEEP_ALIVE, Outbox.Want.MESSAGES_AND_BLOCKS)
              : outbox.await(Math.max(0, dueAt - now), Outbox.Want.MESSAGES);
      if (!open) {
        return;
      }
      boolean spoke = messages();
      if (due.isEmpty()) {
        var pace = torrent.upPace();
        due = outbox.takeBlocks(pace.isLimited() ? 1 : sender.run());
        dueAt = System.nanoTime() + (due.isEmpty() ? 0 : pace.reserve(bytes(due)));
      }
      if (!due.isEmpty() && dueAt - System.nanoTime() <= 0) {
        blocks(due);
        due = List.of();
      } else if (!spoke && due.isEmpty() && System.nanoTime() - now >= KEEP_ALIVE) {
        writer.write(new Message.KeepAlive());
      }
      connection.out().flush();
    }
  }

  private static int bytes(List<Block> blocks) {
    return blocks.stream().mapToInt(Block::length).sum();
  }

  private boolean messages() throws IOException {
    var messages = outbox.takeMessages();
    for (var message : messages) {
      writer.write(message);
    }
    return !messages.isEmpty();
  }

  private void blocks(List<Block> due) throws IOException {
    int sent = sender.send(due);
    if (sent > 0) {
      connection.out().flush();
      torrent.served(key, bytes(due.subList(0, sent)));
    }
    // Whoever asked for what is not there any more asks somebody else as soon as it is told.
    due.subList(sent, due.size())
        .forEach(block -> torrent.tell(brain -> brain.notServed(key, block)));
  }
}
