package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.dns.message.Name;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class NameTreeTest {
  private static byte[] key(RandomGenerator random) {
    var key = new byte[1 + random.nextInt(3)];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) random.nextInt(40);
    }
    return key;
  }

  @Test
  void aTreeDoesWhatASortedMapDoes() {
    var random = Seeded.random("NameTree");
    var map = new TreeMap<byte[], Integer>(Arrays::compareUnsigned);
    NameTree<Integer> tree = NameTree.empty();
    for (int i = 0; i < 20_000; i++) {
      byte[] key = key(random);
      if (random.nextInt(3) > 0) {
        map.put(key, i);
        tree = tree.with(key, i);
      } else {
        map.remove(key);
        tree = tree.without(key);
      }
      if (i % 50 == 0) {
        compare(map, tree, key(random));
      }
    }
    assertThat(tree.size()).isEqualTo(map.size());
  }

  private static void compare(
      NavigableMap<byte[], Integer> map, NameTree<Integer> tree, byte[] probe) {
    assertThat(tree.get(probe).orElse(null)).isEqualTo(map.get(probe));
    var floor = map.floorEntry(probe);
    assertThat(tree.floor(probe).map(NameTree.Entry::value).orElse(null))
        .isEqualTo(floor == null ? null : floor.getValue());
    var lower = map.lowerEntry(probe);
    assertThat(tree.lower(probe).map(NameTree.Entry::value).orElse(null))
        .isEqualTo(lower == null ? null : lower.getValue());
    var values = new ArrayList<Integer>();
    tree.from(probe).forEachRemaining(e -> values.add(e.value()));
    assertThat(values).containsExactlyElementsOf(map.tailMap(probe).values());
  }

  @Test
  void anEditLeavesTheTreeBeforeItAsItWas() {
    NameTree<Integer> tree = NameTree.empty();
    var versions = new ArrayList<NameTree<Integer>>();
    for (int i = 0; i < 250; i++) {
      versions.add(tree);
      tree = tree.with(new byte[] {(byte) (i * 7), (byte) i}, i);
    }
    for (int i = 0; i < versions.size(); i++) {
      assertThat(versions.get(i).size()).isEqualTo(i);
    }
  }

  @Test
  @Spec("RFC 4034 §6.1")
  void keysHaveTheCanonicalOrderOfTheirNames() {
    // the example of the RFC, in its order
    List<String> names =
        List.of(
            "example.",
            "a.example.",
            "yljkjljk.a.example.",
            "Z.a.example.",
            "zABC.a.EXAMPLE.",
            "z.example.",
            "\\001.z.example.",
            "*.z.example.",
            "\\200.z.example.");
    for (int i = 0; i < names.size(); i++) {
      Name name = Name.parse(names.get(i));
      assertThat(NameKey.toName(NameKey.of(name, 1), Name.parse("example."))).isEqualTo(name);
      for (int j = 0; j < names.size(); j++) {
        int order =
            Arrays.compareUnsigned(NameKey.of(name, 1), NameKey.of(Name.parse(names.get(j)), 1));
        assertThat(Integer.signum(order)).isEqualTo(Integer.compare(i, j));
      }
    }
  }

  @Test
  void aLabelOfAnyOctetsSurvivesItsKey() {
    Name name = Name.parse("\\000\\001\\002a.\\255.\\000.example.");
    assertThat(NameKey.toName(NameKey.of(name, 1), Name.parse("example."))).isEqualTo(name);
    assertThat(NameKey.labels(NameKey.of(name, 1))).isEqualTo(3);
  }
}
