package io.l7.bittorrent.peer;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses a torrent knows, and when each may be tried again. Never names one that must not be
 * dialled: port 0 or below 1024, our own, multicast, banned. Pure; not safe for concurrent use.
 */
final class PeerBook {
  private final PeerLimits limits;
  private final Set<InetSocketAddress> own = new HashSet<>();
  private final Set<InetAddress> banned = new HashSet<>();
  private final Map<InetSocketAddress, Entry> entries = new LinkedHashMap<>();
  private int refused;

  private static final class Entry {
    boolean busy;
    boolean complete;
    int failures;
    long notBefore;

    Entry(long now) {
      notBefore = now;
    }
  }

  PeerBook(PeerLimits limits) {
    this.limits = limits;
  }

  /** An address that is ours. */
  void own(InetSocketAddress address) {
    own.add(address);
    entries.remove(address);
  }

  /** Learns of an address; whether it is new and may be dialled. */
  boolean add(InetSocketAddress address, long now) {
    if (!isDialable(address)) {
      refused++;
      return false;
    }
    if (entries.containsKey(address) || entries.size() >= limits.known() && !forgetOne()) {
      return false;
    }
    entries.put(address, new Entry(now));
    return true;
  }

  /** The address that failed most often makes room: junk must not keep out who is there. */
  private boolean forgetOne() {
    var worst =
        entries.entrySet().stream()
            .filter(e -> !e.getValue().busy && e.getValue().failures > 0)
            .max(Comparator.comparingInt(e -> e.getValue().failures));
    worst.ifPresent(e -> entries.remove(e.getKey()));
    return worst.isPresent();
  }

  private boolean isDialable(InetSocketAddress address) {
    var ip = address.getAddress();
    return ip != null
        && address.getPort() >= limits.lowestPort()
        && !ip.isMulticastAddress()
        && !ip.isAnyLocalAddress()
        && !isBroadcast(ip)
        && !own.contains(address)
        && !banned.contains(ip);
  }

  private static boolean isBroadcast(InetAddress ip) {
    for (byte octet : ip.getAddress()) {
      if (octet != -1) {
        return false;
      }
    }
    return true;
  }

  /** Whom to look for. */
  enum Wanted {
    ANYONE,
    /** We have everything: who has too is of no use. */
    INCOMPLETE
  }

  /** The address to try now, marked busy: the one that has waited longest. */
  Optional<InetSocketAddress> next(Wanted wanted, long now) {
    var found =
        entries.entrySet().stream()
            .filter(e -> !e.getValue().busy && now - e.getValue().notBefore >= 0)
            .filter(e -> wanted == Wanted.ANYONE || !e.getValue().complete)
            .min(Comparator.comparingLong(e -> e.getValue().notBefore));
    found.ifPresent(e -> e.getValue().busy = true);
    return found.map(Map.Entry::getKey);
  }

  /** A connection to or from an address is up. */
  void connected(InetSocketAddress address) {
    var entry = entries.get(address);
    if (entry != null) {
      entry.busy = true;
    }
  }

  /** A connection could not be made, or was of no use. */
  void failed(InetSocketAddress address, long now) {
    var entry = entries.get(address);
    if (entry != null) {
      entry.busy = false;
      entry.failures = Math.min(entry.failures + 1, 20);
      long pause = limits.firstBackoff().toNanos();
      for (int i = 1; i < entry.failures && pause < limits.longestBackoff().toNanos(); i++) {
        pause *= 2;
      }
      entry.notBefore = now + Math.min(pause, limits.longestBackoff().toNanos());
    }
  }

  /** A connection that was of use has ended. */
  void ended(InetSocketAddress address, long now) {
    var entry = entries.get(address);
    if (entry != null) {
      entry.busy = false;
      entry.failures = 0;
      entry.notBefore = now + limits.firstBackoff().toNanos();
    }
  }

  /** The peer at an address has everything. */
  void complete(InetSocketAddress address) {
    var entry = entries.get(address);
    if (entry != null) {
      entry.complete = true;
    }
  }

  /** An address is worth trying at once. */
  void retry(InetSocketAddress address, long now) {
    var entry = entries.get(address);
    if (entry != null) {
      entry.busy = false;
      entry.notBefore = now;
    }
  }

  /** Nothing is dialled at this address or taken from it any more. */
  void ban(InetAddress address) {
    banned.add(address);
    entries.keySet().removeIf(known -> address.equals(known.getAddress()));
  }

  boolean isBanned(InetAddress address) {
    return banned.contains(address);
  }

  /** Addresses known. */
  int size() {
    return entries.size();
  }

  /** Addresses that were named and must not be dialled. */
  int refused() {
    return refused;
  }
}
