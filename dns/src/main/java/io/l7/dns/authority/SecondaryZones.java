package io.l7.dns.authority;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Network;
import io.l7.common.time.Scheduler;
import io.l7.dns.transfer.KeptCopy;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.transfer.TransferLimits;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.JournalLock;
import io.l7.dns.zone.ZoneStore;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The zones that are kept after their primaries here, with the copies that outlive a restart. */
final class SecondaryZones implements AutoCloseable {
  private final Optional<TsigKey> key;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final List<Secondary> secondaries = new ArrayList<>();
  private final List<KeptCopy> copies = new ArrayList<>();
  private final List<JournalLock> locks = new ArrayList<>();
  private final DiskPool disk = new DiskPool("dns-secondary", 1);

  /**
   * None yet.
   *
   * @param key signs requests to primaries
   */
  SecondaryZones(Optional<TsigKey> key, Scheduler scheduler, Metrics metrics) {
    this.key = key;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /**
   * Makes one, which is still to be started.
   *
   * @param zones where it puts what it gets
   */
  Secondary make(HostedZones.SecondarySource source, ZoneStore zones) throws IOException {
    var secondary =
        new Secondary(
            source.origin(),
            source.primaries(),
            key,
            zones,
            Dialer.over(Network.real()),
            scheduler,
            TransferLimits.defaults(),
            source.file().isPresent() ? copy(source, source.file().get()) : KeptCopy::usable,
            new SecureRandom());
    secondary.onTransfer(this::count);
    secondaries.add(secondary);
    return secondary;
  }

  private KeptCopy copy(HostedZones.SecondarySource source, Path file) throws IOException {
    locks.add(JournalLock.take(file));
    KeptCopy copy = KeptCopy.open(Disk.real(), file, source.origin(), scheduler.clock(), disk);
    copies.add(copy);
    return copy;
  }

  private void count(Secondary.Transferred how) {
    metrics
        .counter(
            "l7_dns_transfers_total",
            "Looks at primaries, by how they ended",
            "result",
            how.name().toLowerCase(Locale.ROOT))
        .add();
  }

  @Override
  public void close() throws IOException {
    secondaries.forEach(Secondary::close);
    disk.close();
    var all = new ArrayList<Closeable>();
    copies.forEach(copy -> all.add(copy::close));
    locks.forEach(lock -> all.add(lock::close));
    Closing.all(all);
  }
}
