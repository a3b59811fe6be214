package io.l7.common.testkit;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Passes every call on to another disk; a test takes over the ones that it is about. */
public class DelegatingDisk implements Disk {
  private final Disk base;

  public DelegatingDisk(Disk base) {
    this.base = base;
  }

  @Override
  public DiskFile open(Path path, Open mode) throws IOException {
    return base.open(path, mode);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    base.move(from, to);
  }

  @Override
  public void delete(Path path) throws IOException {
    base.delete(path);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    base.createDirectories(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return base.list(directory);
  }

  @Override
  public boolean exists(Path path) {
    return base.exists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    base.syncDirectory(directory);
  }

  /** The same for one open file. */
  public static class File implements DiskFile {
    private final DiskFile base;

    public File(DiskFile base) {
      this.base = base;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      return base.read(position, target, offset, length);
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) throws IOException {
      base.write(position, source, offset, length);
    }

    @Override
    public void force() throws IOException {
      base.force();
    }

    @Override
    public void truncate(long size) throws IOException {
      base.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return base.size();
    }

    @Override
    public void close() throws IOException {
      base.close();
    }
  }
}
