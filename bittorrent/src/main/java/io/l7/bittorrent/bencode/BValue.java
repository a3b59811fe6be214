package io.l7.bittorrent.bencode;

/**
 * One bencoded value (BEP 3): an integer, a byte string, a list or a dictionary. Immutable, as long
 * as the array it was decoded from is left alone.
 */
public sealed interface BValue permits BInteger, BString, BList, BDictionary {
  /** The bytes of this value: as found when it was decoded, canonical when it was built. */
  byte[] encoded();
}
