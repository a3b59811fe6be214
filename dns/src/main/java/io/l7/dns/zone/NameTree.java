package io.l7.dns.zone;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map from {@link NameKey}s to values: a B-tree whose edits copy only the path
 * to the leaf, so that a reader keeps its version for as long as it likes while writers go on. A
 * look-up costs one binary search a level; an entry costs two references beside key and value.
 */
final class NameTree<V> {
  /** Entries of a block at most: an edit copies about three blocks of this size. */
  private static final int WIDTH = 64;

  private static final NameTree<?> EMPTY =
      new NameTree<>(new Block(new byte[0][], new Object[0], 0), 0);

  private final Block root;
  private final int size;

  private NameTree(Block root, int size) {
    this.root = root;
    this.size = size;
  }

  record Entry<V>(byte[] key, V value) {}

  /**
   * Leaf (height 0) or branch; a branch's keys are the smallest keys its children had when they
   * were made.
   */
  private record Block(byte[][] keys, Object[] values, int height) {
    /** The last position whose key is not above {@code key}, or -1. */
    int floor(byte[] key) {
      int low = 0;
      int high = keys.length - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = Arrays.compareUnsigned(keys[middle], key);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return high;
    }

    Block child(int position) {
      return (Block) values[position];
    }

    Block with(int position, byte[] key, Object value) {
      byte[][] newKeys = keys.clone();
      Object[] newValues = values.clone();
      newKeys[position] = key;
      newValues[position] = value;
      return new Block(newKeys, newValues, height);
    }

    Block inserted(int position, byte[] key, Object value) {
      var newKeys = new byte[keys.length + 1][];
      var newValues = new Object[keys.length + 1];
      System.arraycopy(keys, 0, newKeys, 0, position);
      System.arraycopy(values, 0, newValues, 0, position);
      System.arraycopy(keys, position, newKeys, position + 1, keys.length - position);
      System.arraycopy(values, position, newValues, position + 1, keys.length - position);
      newKeys[position] = key;
      newValues[position] = value;
      return new Block(newKeys, newValues, height);
    }

    Block removed(int position) {
      var newKeys = new byte[keys.length - 1][];
      var newValues = new Object[keys.length - 1];
      System.arraycopy(keys, 0, newKeys, 0, position);
      System.arraycopy(values, 0, newValues, 0, position);
      System.arraycopy(keys, position + 1, newKeys, position, newKeys.length - position);
      System.arraycopy(values, position + 1, newValues, position, newKeys.length - position);
      return new Block(newKeys, newValues, height);
    }

    Block part(int from, int to) {
      return new Block(
          Arrays.copyOfRange(keys, from, to), Arrays.copyOfRange(values, from, to), height);
    }
  }

  @SuppressWarnings("unchecked") // holds no value of any type
  static <V> NameTree<V> empty() {
    return (NameTree<V>) EMPTY;
  }

  /** Builds a tree from entries in rising order of their keys, without duplicates. */
  static <V> NameTree<V> ofSorted(List<Entry<V>> entries) {
    List<Block> level = new ArrayList<>();
    int leafFill = WIDTH * 3 / 4;
    for (int from = 0; from < entries.size(); from += leafFill) {
      List<Entry<V>> part = entries.subList(from, Math.min(entries.size(), from + leafFill));
      byte[][] keys = part.stream().map(Entry::key).toArray(byte[][]::new);
      level.add(new Block(keys, part.stream().map(Entry::value).toArray(), 0));
    }
    if (level.isEmpty()) {
      return empty();
    }
    while (level.size() > 1) {
      var above = new ArrayList<Block>();
      for (int from = 0; from < level.size(); from += leafFill) {
        List<Block> part = level.subList(from, Math.min(level.size(), from + leafFill));
        byte[][] keys = part.stream().map(b -> b.keys[0]).toArray(byte[][]::new);
        above.add(new Block(keys, part.toArray(), part.getFirst().height + 1));
      }
      level = above;
    }
    return new NameTree<>(level.getFirst(), entries.size());
  }

  int size() {
    return size;
  }

  Optional<V> get(byte[] key) {
    return Optional.ofNullable(find(key));
  }

  /** As {@link #get}, for paths where an allocation counts. */
  @SuppressWarnings("unchecked") // leaves hold values of V alone
  @Nullable V find(byte[] key) {
    Block block = root;
    while (block.height > 0) {
      int position = block.floor(key);
      if (position < 0) {
        return null;
      }
      block = block.child(position);
    }
    int position = block.floor(key);
    return position >= 0 && Arrays.equals(block.keys[position], key)
        ? (V) block.values[position]
        : null;
  }

  /** The entry with the largest key that is not above {@code key}. */
  Optional<Entry<V>> floor(byte[] key) {
    return Optional.ofNullable(floor(root, key));
  }

  private @Nullable Entry<V> floor(Block block, byte[] key) {
    for (int position = block.floor(key); position >= 0; position--) {
      if (block.height == 0) {
        return entry(block, position);
      }
      Entry<V> found = floor(block.child(position), key);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** The entry with the largest key below {@code key}. */
  Optional<Entry<V>> lower(byte[] key) {
    return Optional.ofNullable(lower(root, key));
  }

  private @Nullable Entry<V> lower(Block block, byte[] key) {
    for (int position = block.floor(key); position >= 0; position--) {
      if (block.height == 0) {
        if (!Arrays.equals(block.keys[position], key)) {
          return entry(block, position);
        }
      } else {
        Entry<V> found = lower(block.child(position), key);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  Optional<Entry<V>> first() {
    Iterator<Entry<V>> entries = from(NameKey.APEX);
    return entries.hasNext() ? Optional.of(entries.next()) : Optional.empty();
  }

  Optional<Entry<V>> last() {
    if (size == 0) {
      return Optional.empty();
    }
    Block block = root;
    while (block.height > 0) {
      block = block.child(block.keys.length - 1);
    }
    return Optional.of(entry(block, block.keys.length - 1));
  }

  @SuppressWarnings("unchecked") // leaves hold values of V alone
  private Entry<V> entry(Block leaf, int position) {
    return new Entry<>(leaf.keys[position], (V) leaf.values[position]);
  }

  /** The entries from the first key that is not below {@code key}, in rising order. */
  Iterator<Entry<V>> from(byte[] key) {
    return new Ascent(key);
  }

  private final class Ascent implements Iterator<Entry<V>> {
    private final ArrayList<Block> path = new ArrayList<>();
    private final ArrayList<Integer> positions = new ArrayList<>();

    Ascent(byte[] key) {
      Block block = root;
      while (true) {
        int position = block.floor(key);
        path.add(block);
        if (block.height == 0) {
          boolean exact = position >= 0 && Arrays.equals(block.keys[position], key);
          positions.add(exact ? position : position + 1);
          break;
        }
        position = Math.max(position, 0);
        positions.add(position);
        block = block.child(position);
      }
      settle();
    }

    /** Moves on from the end of a leaf to the next one. */
    private void settle() {
      while (!path.isEmpty() && positions.getLast() >= path.getLast().keys.length) {
        path.removeLast();
        positions.removeLast();
        if (!positions.isEmpty()) {
          positions.set(positions.size() - 1, positions.getLast() + 1);
        }
      }
      while (!path.isEmpty() && path.getLast().height > 0) {
        path.add(path.getLast().child(positions.getLast()));
        positions.add(0);
      }
    }

    @Override
    public boolean hasNext() {
      return !path.isEmpty();
    }

    @Override
    public Entry<V> next() {
      if (path.isEmpty()) {
        throw new NoSuchElementException();
      }
      Entry<V> entry = entry(path.getLast(), positions.getLast());
      positions.set(positions.size() - 1, positions.getLast() + 1);
      settle();
      return entry;
    }
  }

  NameTree<V> with(byte[] key, V value) {
    boolean known = find(key) != null;
    Block[] blocks = put(root, key, value);
    Block top =
        blocks.length == 1
            ? blocks[0]
            : new Block(
                new byte[][] {blocks[0].keys[0], blocks[1].keys[0]},
                new Object[] {blocks[0], blocks[1]},
                blocks[0].height + 1);
    return new NameTree<>(top, known ? size : size + 1);
  }

  private static Block[] put(Block block, byte[] key, Object value) {
    int position = block.floor(key);
    Block changed;
    if (block.height == 0) {
      boolean exact = position >= 0 && Arrays.equals(block.keys[position], key);
      changed =
          exact
              ? block.with(position, block.keys[position], value)
              : block.inserted(position + 1, key, value);
    } else {
      int into = Math.max(position, 0);
      Block[] parts = put(block.child(into), key, value);
      byte[] smallest = position < 0 ? key : block.keys[into];
      changed = block.with(into, smallest, parts[0]);
      if (parts.length == 2) {
        changed = changed.inserted(into + 1, parts[1].keys[0], parts[1]);
      }
    }
    int length = changed.keys.length;
    return length <= WIDTH
        ? new Block[] {changed}
        : new Block[] {changed.part(0, length / 2), changed.part(length / 2, length)};
  }

  NameTree<V> without(byte[] key) {
    if (find(key) == null) {
      return this;
    }
    Block top = remove(root, key);
    while (top.height > 0 && top.keys.length == 1) {
      top = top.child(0);
    }
    return top.keys.length == 0 ? empty() : new NameTree<>(top, size - 1);
  }

  private static Block remove(Block block, byte[] key) {
    int position = block.floor(key);
    if (block.height == 0) {
      return block.removed(position);
    }
    Block child = remove(block.child(position), key);
    return child.keys.length == 0
        ? block.removed(position)
        : block.with(position, block.keys[position], child);
  }
}
