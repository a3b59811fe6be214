package io.l7.bittorrent.peer;

import io.l7.bittorrent.storage.ContentMissing;
import io.l7.bittorrent.storage.PieceStore;
import io.l7.bittorrent.storage.ResumeRecord;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.common.disk.DiskPool;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims what is on disk in the resume record, at intervals and at the end. */
final class Checkpointer {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);

  private final TorrentContent content;
  private final PieceStore pieces;
  private final Supplier<Bitfield> verified;
  private final Consumer<ContentMissing> loss;
  private final DiskPool disk;
  private final long interval;
  private volatile long due;
  private volatile String fault = "";

  Checkpointer(
      TorrentContent content,
      PieceStore pieces,
      Supplier<Bitfield> verified,
      Consumer<ContentMissing> loss,
      DiskPool disk,
      Duration interval,
      long now) {
    this.content = content;
    this.pieces = pieces;
    this.verified = verified;
    this.loss = loss;
    this.disk = disk;
    this.interval = interval.toNanos();
    this.due = now;
  }

  /** The next round writes a record, however short ago the last one was. */
  void soon(long now) {
    due = now;
  }

  /** Once a second. */
  void round(long now) {
    if (now - due >= 0) {
      due = now + interval;
      var _ = disk.submit(() -> save(ResumeRecord.Ending.RUNNING));
    }
  }

  /** Writes a record now. Blocking. */
  void save(ResumeRecord.Ending ending) {
    try {
      // First what is begun: a piece that is verified in between is in both, and claimed whole.
      var begun = pieces.written();
      var whole = verified.get();
      begun.keySet().removeIf(whole::get);
      content.checkpoint(new TorrentContent.Found(whole, begun), ending);
      fault = "";
    } catch (ContentMissing e) {
      loss.accept(e); // and claim what is left in the next round, or now if there is none
      if (ending == ResumeRecord.Ending.CLOSED) {
        save(ending);
      }
    } catch (IOException e) {
      // Nothing false is claimed: the last record stands, and a run more is fetched again.
      if (!fault.equals(e.toString())) { // said once, and not each round until there is room
        fault = e.toString();
        LOG.warn("torrent {}: the resume record cannot be written: {}", content.infoHash(), fault);
      }
    }
  }
}
