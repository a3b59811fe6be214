package io.l7.bittorrent.brain;

import io.l7.bittorrent.choke.ChokeTiming;
import io.l7.bittorrent.choke.Ranking;
import io.l7.bittorrent.choke.SlotPolicy;
import io.l7.bittorrent.pick.PickLimits;
import io.l7.bittorrent.pick.PipelineDepth;
import java.time.Duration;

/**
 * The policies of a peer.
 *
 * @param slots how many peers may download from us
 * @param seedRanking the order of merit once we have everything
 * @param seedMode whether a first seed hides what it has
 * @param timing the choke rounds
 * @param pick bounds of the picker
 * @param pipeline bounds of the request queue
 * @param snubAfter without a block that we asked for, a peer counts as snubbing; 60 s (BEP 3)
 * @param superWindow bytes a super-seed lets an unchoked peer fetch at a time, but at least two
 *     pieces; 512 KiB
 * @param superUnspread bytes a peer may owe to the others before a super-seed shows it no more, but
 *     at least eight pieces; 2 MiB
 */
public record BrainConfig(
    SlotPolicy slots,
    Ranking seedRanking,
    SeedMode seedMode,
    ChokeTiming timing,
    PickLimits pick,
    PipelineDepth.Limits pipeline,
    Duration snubAfter,
    int superWindow,
    int superUnspread) {
  /** The textbook's slots, seeds that serve the fastest taker, everything shown. */
  public static final BrainConfig DEFAULTS =
      new BrainConfig(
          SlotPolicy.KUROSE_4_PLUS_1,
          Ranking.FASTEST_UPLOAD,
          SeedMode.AUTO,
          ChokeTiming.BEP3,
          PickLimits.DEFAULTS,
          PipelineDepth.Limits.DEFAULTS,
          Duration.ofSeconds(60),
          512 << 10,
          2 << 20);

  /** Whether a seed hides what it has. */
  public enum SeedMode {
    /**
     * {@link #SUPER} when the uplink is known to be limited, {@link #PLAIN} otherwise: only a first
     * seed that has to ration its uplink gains by hiding. Where another seed is, {@link #SUPER}
     * ends by itself.
     */
    AUTO,
    /** Shows everything. */
    PLAIN,
    /** BEP 16: until every piece was seen at another peer, shows each peer a few new ones. */
    SUPER
  }

  /** Whether something holds the uplink back that we know of. */
  public enum Uplink {
    LIMITED,
    UNLIMITED
  }

  /** The same with {@link SeedMode#AUTO} decided. */
  public BrainConfig onUplink(Uplink uplink) {
    return seedMode == SeedMode.AUTO
        ? seedMode(uplink == Uplink.LIMITED ? SeedMode.SUPER : SeedMode.PLAIN)
        : this;
  }

  /** The same with other slots. */
  public BrainConfig slots(SlotPolicy newSlots) {
    return with(newSlots, seedRanking, seedMode, timing);
  }

  /** The same with other rounds. */
  public BrainConfig timing(ChokeTiming newTiming) {
    return with(slots, seedRanking, seedMode, newTiming);
  }

  /** The same with another order of merit for seeding. */
  public BrainConfig seedRanking(Ranking newRanking) {
    return with(slots, newRanking, seedMode, timing);
  }

  /** The same with another way to seed first. */
  public BrainConfig seedMode(SeedMode newMode) {
    return with(slots, seedRanking, newMode, timing);
  }

  private BrainConfig with(
      SlotPolicy newSlots, Ranking newRanking, SeedMode newMode, ChokeTiming newTiming) {
    return new BrainConfig(
        newSlots,
        newRanking,
        newMode,
        newTiming,
        pick,
        pipeline,
        snubAfter,
        superWindow,
        superUnspread);
  }
}
