package io.l7.bittorrent.dht;

import java.time.Duration;

/**
 * What a node of the DHT spends, and how far it believes others.
 *
 * @param bucket k, nodes of a bucket, of an answer, and of those that store an announce; 8 (BEP 5)
 * @param alpha queries of one lookup that are waited for at a time; 3 (Kademlia)
 * @param fresh how long a node that answered counts as good, and a bucket as looked after; 15 min
 *     (BEP 5)
 * @param perClient nodes of one IPv4 address or one /64 in the table or at work in a lookup; 1:
 *     addresses are what an attacker has few of
 * @param perNetwork the same of one /24 or one /48; 3
 * @param asked nodes asked in one lookup; 100, some four times what an honest network of millions
 *     needs
 * @param lookups lookups at a time; 16; others wait, as many as {@code waiting}
 * @param waiting lookups that wait; 200; beyond it they find nothing
 * @param outstanding queries without an answer; 512
 * @param patience after which a lookup goes on without a node; 1 s; what comes later still counts
 * @param timeout after which a node is taken for silent; 5 s
 * @param infoHashes torrents stored for others; 5,000; beyond it, the one announced longest ago
 *     gives way
 * @param peersPerHash peers of one of them; 300; beyond it, the one announced longest ago gives way
 * @param perAddress peers stored that one IPv4 address or one /64 announced; 500
 * @param perAddressInOne of these in one torrent; 10: several clients of one house, and far from
 *     all its {@code peersPerHash}; beyond it, the one announced longest ago gives way. Those of
 *     this machine and network are not counted: a lab has them all behind one
 * @param peerLife how long an announce holds; 45 min: half as long again as our own pause
 * @param token how long the secret of tokens is used; 5 min, and as long again as the last one (BEP
 *     5)
 * @param answers queries of one source answered a second; 25, four times as many at once
 * @param sources whose rates are remembered; 4,096
 * @param answerBytes sent in answers a second to all; 256 KiB: what a flood with forged sources
 *     gets
 * @param amplification bytes answered for one of a query from an address that has not proven to be
 *     its sender's; 4: eight nodes fit for any query
 * @param packet bytes of a datagram we send; 1,400, below every MTU
 * @param received bytes of a datagram we read; 2,048
 * @param probes newcomers pinged a second, to see whether they belong into the table; 10
 * @param announceLeast between two announces of a torrent at least; 15 min
 * @param announceMost between two announces of a torrent at most; 30 min
 * @param saved nodes kept from run to run; 200
 * @param lowestPort that is sent to, stored or told of; 1,024: nobody shall lead us to the services
 *     of a system
 */
public record DhtLimits(
    int bucket,
    int alpha,
    Duration fresh,
    int perClient,
    int perNetwork,
    int asked,
    int lookups,
    int waiting,
    int outstanding,
    Duration patience,
    Duration timeout,
    int infoHashes,
    int peersPerHash,
    int perAddress,
    int perAddressInOne,
    Duration peerLife,
    Duration token,
    int answers,
    int sources,
    int answerBytes,
    int amplification,
    int packet,
    int received,
    int probes,
    Duration announceLeast,
    Duration announceMost,
    int saved,
    int lowestPort) {
  public static final DhtLimits DEFAULT =
      new DhtLimits(
          8,
          3,
          Duration.ofMinutes(15),
          1,
          3,
          100,
          16,
          200,
          512,
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          5_000,
          300,
          500,
          10,
          Duration.ofMinutes(45),
          Duration.ofMinutes(5),
          25,
          4_096,
          256 << 10,
          4,
          1_400,
          2_048,
          10,
          Duration.ofMinutes(15),
          Duration.ofMinutes(30),
          200,
          1_024);
}
