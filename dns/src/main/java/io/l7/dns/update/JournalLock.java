package io.l7.dns.update;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to write the journal of a zone file: two writers would each write over what the other
 * has acknowledged. The system takes it back when the process ends, however it ends.
 */
public final class JournalLock implements AutoCloseable {
  private final FileChannel channel;

  private JournalLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes it.
   *
   * @throws FileSystemException when another server, or another zone of this one, has it
   */
  public static JournalLock take(Path zoneFile) throws IOException {
    var channel =
        FileChannel.open(
            Journal.beside(zoneFile), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return new JournalLock(channel);
      }
    } catch (OverlappingFileLockException e) {
      // held in this process
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new FileSystemException(
        zoneFile.toString(), null, "is in use by another server, or by another zone of this one");
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
