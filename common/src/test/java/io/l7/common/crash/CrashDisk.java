package io.l7.common.crash;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A disk in memory with a power switch. Writes count as durable only after {@code force}, names
 * only after {@code syncDirectory}; {@link #afterPowerCut} shows what is left. Every change is
 * numbered, so that a test can cut the power at each: run once, read {@link #operations()}, then
 * run again with {@link #cutPowerAt} 1 to that number. Directories themselves are durable at once.
 * One lock; safe for all threads.
 */
public final class CrashDisk implements Disk {
  /** What every operation throws once the power is cut. */
  public static final class PowerCut extends IOException {
    PowerCut() {
      super("power cut");
    }
  }

  private static final class Inode {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    final List<Change> unsynced = new ArrayList<>();
    boolean lossy;
  }

  /** A write (octets at a position) or, without octets, a cut to a size. */
  private record Change(long position, byte[] octets, Kind kind) {
    enum Kind {
      WRITE,
      TRUNCATE
    }

    byte[] apply(byte[] content) {
      if (kind == Kind.TRUNCATE) return Arrays.copyOf(content, (int) position);
      int end = (int) position + octets.length;
      byte[] changed = content.length < end ? Arrays.copyOf(content, end) : content.clone();
      System.arraycopy(octets, 0, changed, (int) position, octets.length);
      return changed;
    }
  }

  private final Map<Path, Inode> now = new HashMap<>();
  private final Map<Path, Inode> durable = new HashMap<>();
  private final Set<Path> directories = new HashSet<>();
  private long operations;
  private long cutAt = Long.MAX_VALUE;
  private long capacity = Long.MAX_VALUE;
  private long forces;
  private long failingForces;
  private boolean off;

  /** Cuts the power just before change number {@code operation}, counted from 1. */
  public synchronized CrashDisk cutPowerAt(long operation) {
    cutAt = operation;
    return this;
  }

  /** Cuts the power now. */
  public synchronized void cutPower() {
    off = true;
  }

  /** Bounds the octets that all files may have together; over it writes fail as on a full disk. */
  public synchronized CrashDisk capacity(long octets) {
    capacity = octets;
    return this;
  }

  /**
   * Lets the next {@code count} forces of files fail as the kernel's do: what they had to write is
   * lost, reads go on showing it, and a later force succeeds without it.
   */
  public synchronized CrashDisk failForces(long count) {
    failingForces = count;
    return this;
  }

  /** How many changes there were: writes, cuts, renames, removals, syncs. */
  public synchronized long operations() {
    return operations;
  }

  /** How many times a file was forced. */
  public synchronized long forces() {
    return forces;
  }

  /** The disk after the power came back: only what was synced. */
  public synchronized CrashDisk afterPowerCut() {
    return restart(null);
  }

  /** The same, but each unsynced write and name survives, or not, as {@code random} has it. */
  public synchronized CrashDisk afterPowerCut(RandomGenerator random) {
    return restart(random);
  }

  private CrashDisk restart(@org.jspecify.annotations.Nullable RandomGenerator random) {
    var next = new CrashDisk();
    next.directories.addAll(directories);
    var names = new HashMap<>(durable);
    if (random != null) {
      now.forEach(
          (path, inode) -> {
            if (random.nextBoolean()) names.put(path, inode);
          });
    }
    var copies = new HashMap<Inode, Inode>();
    names.forEach(
        (path, inode) -> next.put(path, copies.computeIfAbsent(inode, i -> survivor(i, random))));
    return next;
  }

  private static Inode survivor(
      Inode inode, @org.jspecify.annotations.Nullable RandomGenerator random) {
    var survivor = new Inode();
    byte[] content = inode.durable;
    if (random != null) {
      for (var change : inode.unsynced) {
        if (random.nextBoolean()) content = torn(change, random).apply(content);
      }
    }
    survivor.now = content.clone();
    survivor.durable = content.clone();
    return survivor;
  }

  /** A write that may have reached the platter in part. */
  private static Change torn(Change change, RandomGenerator random) {
    if (change.kind == Change.Kind.TRUNCATE || change.octets.length == 0) return change;
    int kept = random.nextInt(change.octets.length + 1);
    return new Change(change.position, Arrays.copyOf(change.octets, kept), Change.Kind.WRITE);
  }

  private void put(Path path, Inode inode) {
    now.put(path, inode);
    durable.put(path, inode);
  }

  private static Path key(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private void change() throws PowerCut {
    alive();
    if (++operations >= cutAt) {
      off = true;
      throw new PowerCut();
    }
  }

  private void alive() throws PowerCut {
    if (off) throw new PowerCut();
  }

  @Override
  public synchronized DiskFile open(Path path, Open mode) throws IOException {
    alive();
    var key = key(path);
    var inode = now.get(key);
    if (inode == null) {
      if (mode == Open.READ || mode == Open.WRITE) throw new FileNotFoundException(path.toString());
      var parent = key.getParent();
      if (parent != null && parent.getParent() != null && !directories.contains(parent)) {
        throw new FileNotFoundException(parent.toString());
      }
      change();
      inode = new Inode();
      now.put(key, inode);
    } else if (mode == Open.CREATE_NEW) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return new File(inode);
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    if (!now.containsKey(key(from))) throw new FileNotFoundException(from.toString());
    change();
    var inode = now.remove(key(from));
    now.put(key(to), java.util.Objects.requireNonNull(inode));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    if (!now.containsKey(key(path))) throw new FileNotFoundException(path.toString());
    change();
    now.remove(key(path));
  }

  @Override
  public synchronized void createDirectories(Path path) throws IOException {
    alive();
    for (var at = key(path); at != null; at = at.getParent()) directories.add(at);
  }

  @Override
  public synchronized List<Path> list(Path directory) throws IOException {
    alive();
    var key = key(directory);
    var found = new HashSet<Path>();
    for (var path : now.keySet())
      if (key.equals(path.getParent())) found.add(directory.resolve(path.getFileName()));
    for (var path : directories)
      if (key.equals(path.getParent())) found.add(directory.resolve(path.getFileName()));
    return found.stream().sorted().toList();
  }

  @Override
  public synchronized boolean exists(Path path) {
    return now.containsKey(key(path)) || directories.contains(key(path));
  }

  @Override
  public synchronized void syncDirectory(Path directory) throws IOException {
    change();
    var key = key(directory);
    durable.keySet().removeIf(path -> key.equals(path.getParent()) && !now.containsKey(path));
    now.forEach(
        (path, inode) -> {
          if (key.equals(path.getParent())) durable.put(path, inode);
        });
  }

  private final class File implements DiskFile {
    private final Inode inode;

    File(Inode inode) {
      this.inode = inode;
    }

    @Override
    public int read(long position, byte[] target, int offset, int length) throws IOException {
      synchronized (CrashDisk.this) {
        alive();
        if (position >= inode.now.length) return length == 0 ? 0 : -1;
        int count = (int) Math.min(length, inode.now.length - position);
        System.arraycopy(inode.now, (int) position, target, offset, count);
        return count;
      }
    }

    @Override
    public void write(long position, byte[] source, int offset, int length) throws IOException {
      synchronized (CrashDisk.this) {
        change();
        long growth = Math.max(0, position + length - inode.now.length);
        long used = now.values().stream().mapToLong(i -> i.now.length).sum();
        if (used + growth > capacity) throw new IOException("No space left on device");
        apply(
            new Change(
                position, Arrays.copyOfRange(source, offset, offset + length), Change.Kind.WRITE));
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (CrashDisk.this) {
        if (size >= inode.now.length) return;
        change();
        apply(new Change(size, new byte[0], Change.Kind.TRUNCATE));
      }
    }

    private void apply(Change change) {
      inode.now = change.apply(inode.now);
      inode.unsynced.add(change);
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashDisk.this) {
        change();
        forces++;
        if (failingForces > 0) {
          failingForces--;
          inode.lossy = true;
          inode.unsynced.removeIf(change -> change.kind == Change.Kind.WRITE); // a cut stays due
          throw new IOException("Input/output error");
        }
        if (inode.lossy) {
          for (var change : inode.unsynced) inode.durable = change.apply(inode.durable);
        } else {
          inode.durable = inode.now.clone();
        }
        inode.unsynced.clear();
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashDisk.this) {
        alive();
        return inode.now.length;
      }
    }

    @Override
    public void close() {}
  }
}
