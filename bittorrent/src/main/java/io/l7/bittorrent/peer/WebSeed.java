package io.l7.bittorrent.peer;

import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.webseed.RestSchedule;
import io.l7.bittorrent.webseed.RunLength;
import io.l7.bittorrent.webseed.SeedInput;
import io.l7.bittorrent.webseed.SeedUrl;
import io.l7.bittorrent.webseed.WebSeedClient;
import io.l7.bittorrent.webseed.WebSeedFault;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One web seed of one torrent (BEP 19), on a thread of its own: asks the brain for a run, the
 * server for its bytes, and again; rests when that fails.
 */
final class WebSeed implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(WebSeed.class);

  /** How often is looked whether it can help again. */
  private static final Duration IDLE = Duration.ofMillis(250);

  /** The same once all is there, which may yet be lost. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private final TorrentSession torrent;
  private final WebSeedClient client;
  private final SeedUrl seed;
  private final PeerKey key;
  private final PieceLayout layout;
  private final Semaphore turns;
  private final RestSchedule rest;
  private final RunLength run;
  private final Bitfield lacks;
  private volatile String trouble = "";
  private volatile String verdict = "";
  private volatile long restsUntil = System.nanoTime();
  private volatile boolean over;

  WebSeed(
      TorrentSession torrent, WebSeedClient client, SeedUrl seed, PeerKey key, Semaphore turns) {
    this.torrent = torrent;
    this.client = client;
    this.seed = seed;
    this.key = key;
    this.turns = turns;
    this.layout = torrent.layout().orElseThrow();
    this.rest = new RestSchedule(client.limits(), System.nanoTime());
    this.run = new RunLength(client.limits());
    this.lacks = Bitfield.empty(layout.pieces());
  }

  PeerKey key() {
    return key;
  }

  /**
   * Why it is never asked again, or what went wrong last, in words; nothing once it gives again all
   * it was asked for.
   */
  String trouble() {
    return over ? verdict : trouble;
  }

  /** Whether it is never asked again. */
  boolean isOver() {
    return over;
  }

  /** It is never asked again, for this reason, unless there is one already. */
  synchronized void end(String why) {
    if (!over) {
      verdict = why;
      over = true;
    }
  }

  @Override
  public void run() {
    torrent.tell(brain -> brain.sourceJoined(key, System.nanoTime()));
    try {
      while (!over && !(torrent.state() instanceof TorrentState.Closed)) {
        long pause = rest.pause(System.nanoTime());
        if (pause > 0 || !turn()) {
          Thread.sleep(pause > 0 ? Duration.ofNanos(pause) : idle());
        }
      }
    } catch (InterruptedException | InterruptedIOException _) {
      // the torrent was closed
    } catch (RuntimeException e) {
      LOG.error("torrent {}: web seed {}", torrent.infoHash(), seed, e);
      end("a fault of ours: " + e);
    } finally {
      torrent.tell(brain -> brain.sourceLeft(key, System.nanoTime()));
    }
  }

  private Duration idle() {
    return torrent.state() instanceof TorrentState.Downloading ? IDLE : QUIET;
  }

  /** Fetches a run; whether there was anything to fetch. */
  private boolean turn() throws InterruptedException, InterruptedIOException {
    turns.acquire();
    try {
      var blocks = ask(System.nanoTime());
      if (blocks.isEmpty()) {
        return false;
      }
      try {
        fetch(blocks);
      } catch (WebSeedFault e) {
        failed(e);
      } finally {
        torrent.tell(brain -> brain.released(key, System.nanoTime()));
      }
      return true;
    } finally {
      turns.release();
    }
  }

  private static long bytes(List<Block> blocks) {
    return blocks.stream().mapToLong(Block::length).sum();
  }

  private List<Block> ask(long now) {
    int count = run.bytes() / Block.LENGTH;
    var asked = new ArrayList<Block>();
    torrent.tell(
        brain -> {
          asked.addAll(brain.ask(key, count, now));
          if (asked.isEmpty() && !lacks.isEmpty() && rest.untilAgain(now) == 0) {
            // What it did not have may be there by now.
            for (int p = lacks.nextSet(0); p >= 0; p = lacks.nextSet(p + 1)) {
              lacks.clear(p);
            }
            brain.lacks(key, lacks);
            asked.addAll(brain.ask(key, count, now));
          }
        });
    return asked;
  }

  /**
   * Run after run, each asked for before the last is all there; until nothing is left of one, as
   * others are so quick, it is another's turn, or there is nothing to ask for ahead of time.
   */
  private void fetch(List<Block> first) throws WebSeedFault, InterruptedIOException {
    try (var in = new SeedInput(client, seed)) {
      var blocks = first;
      add(blocks, in);
      while (!blocks.isEmpty()) {
        long start = System.nanoTime();
        long length = bytes(blocks);
        long taken = 0;
        List<Block> next = List.of();
        for (var block : blocks) {
          if (over || !isAwaited() || hasHadItsTurn(start)) {
            gave(taken, System.nanoTime() - start);
            return;
          }
          take(block, in);
          taken += block.length();
          long passed = System.nanoTime() - start;
          if (next.isEmpty() && run.isSoonOver(taken, length, passed)) {
            next = askAhead(in, run.bytesAhead(taken, length, passed));
          }
        }
        gave(taken, System.nanoTime() - start);
        blocks = next;
      }
    }
  }

  /** Nothing where somebody waits for something else: that must not come behind this run. */
  private List<Block> askAhead(SeedInput in, int bytes) {
    if (over || turns.hasQueuedThreads()) {
      return List.of();
    }
    var blocks = new ArrayList<Block>();
    long now = System.nanoTime();
    torrent.tell(
        brain -> {
          if (brain.awaits(key)) {
            blocks.addAll(brain.ask(key, bytes / Block.LENGTH, now));
          }
        });
    add(blocks, in);
    return blocks;
  }

  private void add(List<Block> blocks, SeedInput in) {
    for (int i = 0; i < blocks.size(); ) {
      int end = i + 1;
      while (end < blocks.size()
          && position(blocks.get(end))
              == position(blocks.get(end - 1)) + blocks.get(end - 1).length()) {
        end++;
      }
      in.add(position(blocks.get(i)), bytes(blocks.subList(i, end)));
      i = end;
    }
  }

  private void gave(long taken, long nanos) {
    if (taken > 0) {
      run.took(taken, nanos);
      rest.gave();
      if (lacks.isEmpty()) {
        trouble = "";
      }
    }
  }

  private boolean hasHadItsTurn(long start) {
    return turns.hasQueuedThreads() && System.nanoTime() - start > client.limits().turn().toNanos();
  }

  private boolean isAwaited() {
    var awaited = new boolean[1];
    torrent.tell(brain -> awaited[0] = brain.awaits(key));
    return awaited[0];
  }

  private long position(Block block) {
    return layout.offsetOf(block.piece()) + block.offset();
  }

  private void take(Block block, SeedInput in) throws WebSeedFault, InterruptedIOException {
    torrent.downPace().take(block.length());
    var buffers = torrent.buffers();
    var data = buffers.take();
    boolean kept = false;
    try {
      in.read(data, block.length());
      kept = torrent.block(key, block, data) instanceof Receipt.Wanted;
      if (!kept) {
        torrent.counters().wasted().add(block.length());
      }
    } finally {
      if (!kept) {
        buffers.give(data);
      }
    }
  }

  private void failed(WebSeedFault why) {
    String words = String.valueOf(why.getMessage());
    trouble = words;
    long now = System.nanoTime();
    rest.failed(why, now);
    restsUntil = now + rest.untilAgain(now);
    if (why instanceof WebSeedFault.Missing missing) {
      // One file is not there: it is asked for the others.
      var file = seed.files().get(missing.file());
      trouble = file.path() + ": " + words;
      for (int p = layout.pieceAt(file.offset()); p <= layout.pieceAt(file.end() - 1); p++) {
        lacks.set(p);
      }
      torrent.tell(brain -> brain.lacks(key, lacks));
    }
    if (rest.isOver()) {
      end(words);
    }
  }

  /** Seconds until it is asked again. */
  long restSeconds() {
    return Math.max(0, Math.ceilDiv(restsUntil - System.nanoTime(), 1_000_000_000L));
  }
}
