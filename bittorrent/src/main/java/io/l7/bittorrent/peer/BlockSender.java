package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import io.l7.bittorrent.storage.ContentStore;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.wire.MessageWriter;
import io.l7.common.net.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;

/**
 * Sends blocks to one peer: by the kernel from the file ({@code sendfile}), or read and written in
 * runs of many blocks. One thread.
 */
final class BlockSender {
  private final TorrentSession torrent;
  private final Connection connection;
  private final Way way;

  /** How blocks leave. */
  enum Way {
    /** Straight from the page cache, a block at a time. */
    SENDFILE,
    /** Through a buffer of ours, many blocks in one write. */
    BUFFER;

    /**
     * The way that costs least: the kernel's, except over loopback, where the receiver shares our
     * cores and takes the kernel's pages at more cost than the sender saves.
     */
    static Way to(Connection connection) {
      boolean plain = connection.tls().isEmpty();
      return plain && !connection.peer().getAddress().isLoopbackAddress() ? SENDFILE : BUFFER;
    }
  }

  BlockSender(TorrentSession torrent, Connection connection, Way way) {
    this.torrent = torrent;
    this.connection = connection;
    this.way = way;
  }

  /** Octets of blocks, with their headers, that are best sent in one go. */
  int run() {
    return torrent.swarming().map(swarm -> swarm.pieces().runs().capacity()).orElse(0);
  }

  /**
   * Sends them, and answers how many; fewer when the next is not there any more, which the torrent
   * then knows.
   */
  int send(List<Block> blocks) throws IOException {
    return switch (way) {
      case SENDFILE -> byTheKernel(blocks);
      case BUFFER -> byBuffer(blocks);
    };
  }

  /** The blocks behind one another as on disk; their headers lie ahead and are woven in. */
  private int byBuffer(List<Block> blocks) throws IOException {
    var swarming = torrent.swarming();
    if (swarming.isEmpty()) {
      return 0;
    }
    var swarm = swarming.get();
    var runs = swarm.pieces().runs();
    int headers = blocks.size() * MessageWriter.PIECE_HEADER;
    var run = runs.take(headers + blocks.stream().mapToInt(Block::length).sum());
    try {
      for (var block : blocks) {
        MessageWriter.pieceHeader(block, run);
      }
      torrent
          .diskPool()
          .call(
              () -> {
                swarm.read(blocks, run);
                return true;
              });
      connection.send(woven(blocks, run));
      return blocks.size();
    } catch (ContentMissing e) {
      torrent.trouble().missing(blocks, e);
      return 0;
    } finally {
      runs.give(run);
    }
  }

  private static ByteBuffer[] woven(List<Block> blocks, ByteBuffer run) {
    var parts = new ByteBuffer[2 * blocks.size()];
    int header = 0;
    int data = blocks.size() * MessageWriter.PIECE_HEADER;
    int part = 0;
    for (var block : blocks) {
      parts[part++] = run.slice(header, MessageWriter.PIECE_HEADER);
      parts[part++] = run.slice(data, block.length());
      header += MessageWriter.PIECE_HEADER;
      data += block.length();
    }
    return parts;
  }

  private int byTheKernel(List<Block> blocks) throws IOException {
    var swarm = torrent.swarming();
    if (swarm.isEmpty()) {
      return 0;
    }
    int sent = 0;
    for (var block : blocks) {
      try {
        swarm.get().show(block, new ToPeer(block));
        sent++;
      } catch (ContentMissing e) {
        torrent.trouble().missing(List.of(block), e);
        break;
      }
    }
    return sent;
  }

  /** Writes the header once the first part of the block is known to be there. */
  private final class ToPeer implements ContentStore.Regions {
    private final Block block;
    private int sent;

    ToPeer(Block block) {
      this.block = block;
    }

    private void begin(int count) throws IOException {
      if (sent == 0) {
        var header = ByteBuffer.allocate(MessageWriter.PIECE_HEADER);
        MessageWriter.pieceHeader(block, header);
        connection.out().write(header.array());
      }
      sent += count;
    }

    @Override
    public void file(FileChannel file, long from, int count) throws IOException {
      begin(count);
      if (connection.transfer(file, from, count) < count) {
        throw new IOException("a file became shorter while it was sent");
      }
    }

    @Override
    public void zeros(int count) throws IOException {
      begin(count);
      connection.out().write(new byte[count]);
    }
  }
}
