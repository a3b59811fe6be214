package io.l7.bittorrent.metainfo;

/**
 * What a torrent may ask for before anything is allocated for it.
 *
 * @param bytes of a .torrent file or of metadata fetched from peers; 30 MB, libtorrent's figure
 * @param pieces of one torrent; 2^21, libtorrent's figure: 2 TiB in pieces of 1 MiB
 * @param pieceLength in bytes; 2^29, above the largest piece seen in the wild (256 MiB)
 * @param files of one torrent; 1,000,000: what fits in the bytes anyway
 */
public record MetainfoLimits(int bytes, int pieces, int pieceLength, int files) {
  public static final MetainfoLimits DEFAULT =
      new MetainfoLimits(30_000_000, 1 << 21, 1 << 29, 1_000_000);
}
