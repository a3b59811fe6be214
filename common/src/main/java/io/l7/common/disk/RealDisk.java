package io.l7.common.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The machine's file system. */
enum RealDisk implements Disk {
  INSTANCE;

  @Override
  public DiskFile open(Path path, Open mode) throws IOException {
    return new ChannelFile(
        switch (mode) {
          case READ -> FileChannel.open(path, StandardOpenOption.READ);
          case WRITE -> FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
          case CREATE ->
              FileChannel.open(
                  path,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE);
          case CREATE_NEW ->
              FileChannel.open(
                  path,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE_NEW);
        });
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void delete(Path path) throws IOException {
    Files.delete(path);
  }

  @Override
  public void createDirectories(Path path) throws IOException {
    Files.createDirectories(path);
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) return List.of();
    try (var entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true); // Linux: fsync of the directory makes its entries durable
    }
  }

  private record ChannelFile(FileChannel channel) implements DiskFile {
    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(target, offset, length), position);
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) throws IOException {
      var rest = ByteBuffer.wrap(source, offset, length);
      long at = position;
      while (rest.hasRemaining()) at += channel.write(rest, at);
    }

    @Override
    public void force() throws IOException {
      channel.force(false); // fdatasync: the data, and the size when it changed
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
