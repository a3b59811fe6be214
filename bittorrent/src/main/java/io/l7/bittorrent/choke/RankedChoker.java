package io.l7.bittorrent.choke;

import io.l7.bittorrent.choke.Verdict.Rule;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The choker of BEP 3: regular slots by merit, judged anew every round; optimistic slots by lot,
 * drawn anew every rotation, newcomers three times as likely; a slot that becomes free in between
 * is given away at once. With {@link Ranking#RECIPROCATION} it is tit for tat, with the other
 * rankings a seed's policy.
 */
public final class RankedChoker implements Choker {
  /** BEP 3: new connections are three times as likely to start as the optimistic unchoke. */
  private static final int NEWCOMER_WEIGHT = 3;

  private final SlotPolicy slots;
  private final Ranking ranking;
  private final RandomGenerator random;
  private final long roundNanos;
  private final long rotationNanos;

  private final Map<PeerKey, Rule> regular = new HashMap<>();
  private final Set<PeerKey> optimistic = new HashSet<>();
  private boolean started;
  private long nextRound;
  private long nextRotation;
  private int freeSlots;

  /**
   * @param slots how many slots there are
   * @param ranking the order of merit
   * @param timing the rounds
   * @param random draws the optimistic peers and breaks ties
   */
  public RankedChoker(
      SlotPolicy slots, Ranking ranking, ChokeTiming timing, RandomGenerator random) {
    this.slots = slots;
    this.ranking = ranking;
    this.random = random;
    this.roundNanos = timing.round().toNanos();
    this.rotationNanos = timing.rotation().toNanos();
    this.freeSlots = slots.regular() + slots.optimistic();
  }

  @Override
  public int freeSlots() {
    return freeSlots;
  }

  @Override
  public List<Verdict> decide(long nowNanos, List<PeerStanding> peers) {
    boolean round = !started || nowNanos - nextRound >= 0;
    boolean rotate = !started || nowNanos - nextRotation >= 0;
    started = true;
    if (round) {
      nextRound = nowNanos + roundNanos;
    }
    if (rotate) {
      nextRotation = nowNanos + rotationNanos;
    }
    List<Candidate> interested = new ArrayList<>(peers.size());
    for (PeerStanding peer : peers) {
      if (peer.interested()) {
        double merit = ranking.merit(peer, nowNanos);
        interested.add(new Candidate(peer, merit, random.nextInt()));
      }
    }
    interested.sort(null);
    fillRegular(interested, round);
    fillOptimistic(interested, rotate);
    return verdicts(peers, interested);
  }

  private void fillRegular(List<Candidate> interested, boolean round) {
    Map<PeerKey, Rule> before = new HashMap<>(regular);
    regular.clear();
    if (!round) {
      for (Candidate candidate : interested) {
        Rule held = before.get(candidate.peer.key());
        if (held != null && ranking.eligible(candidate.peer)) {
          regular.put(candidate.peer.key(), held);
        }
      }
    }
    Rule rule = round ? Rule.FASTEST : Rule.FREE_SLOT;
    for (Candidate candidate : interested) {
      if (regular.size() == slots.regular()) {
        break;
      }
      // Between rounds the optimistic peer stays what it is; only a ranking promotes it.
      if (ranking.eligible(candidate.peer) && (round || !optimistic.contains(candidate.key()))) {
        regular.putIfAbsent(candidate.key(), rule);
      }
    }
  }

  private void fillOptimistic(List<Candidate> interested, boolean rotate) {
    // BEP 3: whoever is snubbed by its peers makes more than one optimistic unchoke: slots that no
    // eligible peer can take are drawn by lot too.
    int wanted = slots.optimistic() + slots.regular() - regular.size();
    Set<PeerKey> before = Set.copyOf(optimistic);
    optimistic.clear();
    List<Candidate> pool = new ArrayList<>();
    List<Candidate> previous = new ArrayList<>();
    for (Candidate candidate : interested) {
      if (regular.containsKey(candidate.key())) {
        continue;
      }
      (before.contains(candidate.key()) ? previous : pool).add(candidate);
    }
    if (!rotate) {
      for (Candidate candidate : previous) {
        if (optimistic.size() < wanted) {
          optimistic.add(candidate.key());
        }
      }
    }
    while (optimistic.size() < wanted && !pool.isEmpty()) {
      optimistic.add(draw(pool).key());
    }
    if (rotate) {
      while (optimistic.size() < wanted && !previous.isEmpty()) {
        optimistic.add(draw(previous).key());
      }
    }
    freeSlots = wanted - optimistic.size();
  }

  private Candidate draw(List<Candidate> pool) {
    int weight = 0;
    for (Candidate candidate : pool) {
      weight += candidate.weight();
    }
    int lot = random.nextInt(weight);
    int i = 0;
    while (lot >= pool.get(i).weight()) {
      lot -= pool.get(i++).weight();
    }
    return pool.remove(i);
  }

  private List<Verdict> verdicts(List<PeerStanding> peers, List<Candidate> interested) {
    Map<PeerKey, Integer> rank = HashMap.newHashMap(interested.size());
    double slowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < interested.size(); i++) {
      Candidate candidate = interested.get(i);
      rank.put(candidate.key(), i + 1);
      if (regular.containsKey(candidate.key())) {
        slowest = candidate.merit;
      }
    }
    int idle = freeSlots;
    List<Verdict> verdicts = new ArrayList<>(peers.size());
    for (PeerStanding peer : peers) {
      Rule rule;
      Rule held = regular.get(peer.key());
      double merit = ranking == Ranking.FASTEST_UPLOAD ? peer.takesFromUs() : peer.givesUs();
      if (held != null) {
        rule = held;
      } else if (optimistic.contains(peer.key())) {
        rule = Rule.OPTIMISTIC;
      } else if (!peer.interested()) {
        if (slots.unchokesFasterUninterested() && peer.givesUs() > 0 && merit > slowest) {
          rule = Rule.FASTER_BUT_NOT_INTERESTED;
        } else if (peer.unchoked() && idle > 0) {
          idle--;
          rule = Rule.IDLE_SLOT;
        } else {
          rule = Rule.NOT_INTERESTED;
        }
      } else {
        rule =
            ranking.eligible(peer)
                ? Rule.SLOWER
                : peer.idle() ? Rule.ASKS_FOR_NOTHING : Rule.SNUBBING;
      }
      verdicts.add(new Verdict(peer.key(), rule, rank.getOrDefault(peer.key(), 0), merit));
    }
    return verdicts;
  }

  /** An interested peer; the natural order is that of merit, best first. */
  private record Candidate(PeerStanding peer, double merit, int salt)
      implements Comparable<Candidate> {
    PeerKey key() {
      return peer.key();
    }

    int weight() {
      return peer.newcomer() ? NEWCOMER_WEIGHT : 1;
    }

    @Override
    public int compareTo(Candidate other) {
      int byMerit = Double.compare(other.merit, merit);
      if (byMerit != 0) {
        return byMerit;
      }
      // Among equals keep who is unchoked: a change costs both sides a round trip.
      int byState = Boolean.compare(other.peer.unchoked(), peer.unchoked());
      return byState != 0 ? byState : Integer.compare(salt, other.salt);
    }
  }
}
