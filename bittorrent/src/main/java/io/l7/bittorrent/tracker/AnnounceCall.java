package io.l7.bittorrent.tracker;

import io.l7.common.net.AddressBits;
import java.net.InetAddress;

/**
 * One announce and its answer, as the store works on it. Mutable on purpose: each receiving thread
 * has one and fills it again for each request, so that a datagram costs no allocation.
 */
final class AnnounceCall {
  /** What a peer reports (BEP 3, numbered as in BEP 15). */
  enum Event {
    NONE,
    COMPLETED,
    STARTED,
    STOPPED
  }

  // the request
  long hash0;
  long hash1;
  int hash2;
  int words;
  long addressHigh;
  long addressLow;
  long key48;
  int client;
  boolean seed;
  Event event = Event.NONE;
  int wanted;

  // the answer
  int complete;
  int incomplete;
  int interval;
  int count4;
  int count6;
  byte[] peers4;
  byte[] peers6;
  int offset4;

  final PeerTable.Exclusion exclusion = new PeerTable.Exclusion();

  AnnounceCall(int most) {
    peers4 = new byte[most * 6];
    peers6 = new byte[most * 18];
  }

  /** Sets the info-hash from 20 bytes. */
  void hash(byte[] source, int at) {
    hash0 = int64(source, at);
    hash1 = int64(source, at + 8);
    hash2 = int32(source, at + 16);
  }

  /** Sets which client announces, from the 20 bytes of its peer id; never 0. */
  void client(byte[] source, int at) {
    long mixed = int64(source, at) * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ mixed >>> 29 ^ int64(source, at + 8)) * 0xd6e8feb86659fd93L;
    mixed = (mixed ^ mixed >>> 32 ^ int32(source, at + 16)) * 0x9e3779b97f4a7c15L;
    client = (int) (mixed >>> 32) | (mixed >>> 32 == 0 ? 1 : 0);
    exclusion.client = client;
  }

  /** Sets who announces. */
  void peer(InetAddress address, int port) {
    peer(AddressBits.upper(address), AddressBits.lower(address), port);
  }

  /** Sets who announces, by an address as {@link AddressBits} has it. */
  void peer(long upper, long lower, int port) {
    if (AddressBits.isMapped(upper, lower)) {
      words = PeerTable.IPV4_WORDS;
      addressHigh = 0;
      addressLow = 0;
      key48 = (lower & 0xffff_ffffL) << 16 | port;
    } else {
      words = PeerTable.IPV6_WORDS;
      addressHigh = upper;
      addressLow = lower;
      key48 = port;
    }
    exclusion.words = words;
    exclusion.hi = addressHigh;
    exclusion.lo = addressLow;
    exclusion.key48 = key48;
  }

  static int int32(byte[] source, int at) {
    return (source[at] & 0xff) << 24
        | (source[at + 1] & 0xff) << 16
        | (source[at + 2] & 0xff) << 8
        | source[at + 3] & 0xff;
  }

  static long int64(byte[] source, int at) {
    return (long) int32(source, at) << 32 | Integer.toUnsignedLong(int32(source, at + 4));
  }
}
