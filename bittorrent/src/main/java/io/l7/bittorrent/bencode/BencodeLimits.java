package io.l7.bittorrent.bencode;

/**
 * What a decoder accepts.
 *
 * @param depth containers inside one another; 100, as libtorrent has it: no real document needs
 *     more than a dozen
 * @param items values and keys in one document; 2.5 million, libtorrent's figure, enough for the
 *     largest torrents seen
 */
public record BencodeLimits(int depth, int items) {
  public static final BencodeLimits DEFAULT = new BencodeLimits(100, 2_500_000);
}
