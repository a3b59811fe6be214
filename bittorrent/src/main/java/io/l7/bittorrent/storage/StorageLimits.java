package io.l7.bittorrent.storage;

/**
 * What storage may hold.
 *
 * @param openFiles files kept open at a time; 128: far below the usual limit of 1,024 descriptors,
 *     which sockets need too
 * @param bufferedBlocks blocks of 16 KiB received and not yet written; 2,048 (32 MiB): a disk's
 *     hiccup does not stop the wire, and memory stays bounded when the disk is slower than it
 * @param writeRun blocks joined into one read or write at most; 32 (512 KiB): each costs a thread's
 *     turn, and a run still lies in the processor's cache when it is hashed or sent
 * @param resumeBytes of a resume record; 64 MB, room for 2^21 pieces and the stamps of a million
 *     files
 */
public record StorageLimits(int openFiles, int bufferedBlocks, int writeRun, int resumeBytes) {
  public static final StorageLimits DEFAULT = new StorageLimits(128, 2_048, 32, 64_000_000);
}
