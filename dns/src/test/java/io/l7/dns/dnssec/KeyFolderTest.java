package io.l7.dns.dnssec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.common.testkit.DelegatingDisk;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a zone are made as one, whenever the process or the power ends. */
class KeyFolderTest {
  private static final Name EXAMPLE = Name.parse("example.");
  private static final DnssecAlgorithm ALGORITHM = DnssecAlgorithm.ED25519;

  @TempDir private Path folder;

  /** The real disk until a number of changes; and what was done on it. */
  private static final class Mortal extends DelegatingDisk {
    private final List<String> events = new ArrayList<>();
    private final int most;

    Mortal(int most) {
      super(Disk.real());
      this.most = most;
    }

    private void change(String event) throws IOException {
      if (events.size() == most) {
        throw new IOException("killed before: " + event);
      }
      events.add(event);
    }

    @Override
    public DiskFile open(Path path, Open mode) throws IOException {
      change("open " + ending(path));
      return new DelegatingDisk.File(super.open(path, mode)) {
        @Override
        public void write(long position, byte[] source, int offset, int length) throws IOException {
          super.write(position, source, offset, length / 2);
          change("write " + ending(path));
          super.write(position, source, offset, length);
        }

        @Override
        public void force() throws IOException {
          change("force " + ending(path));
          super.force();
        }
      };
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      change("move to " + ending(to));
      super.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
      change("delete " + ending(path));
      super.delete(path);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
      change("sync");
      super.syncDirectory(directory);
    }

    private static String ending(Path path) {
      String name = path.getFileName().toString();
      return name.substring(name.lastIndexOf('+') + 6).replaceFirst("\\d+$", "");
    }
  }

  private static List<SigningKey> open(Disk disk, Path folder) throws IOException {
    return new KeyFolder(disk, folder, EXAMPLE).readOrMake(ALGORITHM, new SecureRandom());
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static void isAPair(List<SigningKey> keys) {
    assertThat(keys).extracting(key -> key.dnskey().isSecureEntryPoint()).contains(true, false);
    assertThat(keys).hasSize(2);
  }

  @Test
  void aKillAtAnyMomentLeavesBothKeysOrNone() throws IOException {
    var whole = new Mortal(Integer.MAX_VALUE);
    isAPair(open(whole, folder.resolve("whole")));
    assertThat(whole.events).hasSizeGreaterThan(12);
    for (int i = 0; i < whole.events.size(); i++) {
      Path cut = folder.resolve("cut" + i);
      int most = i;
      assertThatThrownBy(() -> open(new Mortal(most), cut)).hasMessageContaining("killed");
      List<SigningKey> served = open(Disk.real(), cut);
      isAPair(served);
      assertThat(open(Disk.real(), cut))
          .extracting(key -> key.dnskey().keyTag())
          .as("after change %d", i)
          .containsExactlyInAnyOrderElementsOf(
              served.stream().map(key -> key.dnskey().keyTag()).toList());
      assertThat(files(cut)).noneMatch(name -> name.contains(".with"));
    }
  }

  @Test
  void aKillWhileItIsMendedIsMendedToo() throws IOException {
    for (int first = 0; first < 16; first++) {
      for (int second = 0; second < 4; second++) {
        Path cut = folder.resolve(first + "-" + second);
        for (int most : new int[] {first, second}) {
          try {
            open(new Mortal(most), cut);
          } catch (IOException killed) {
            assertThat(killed).hasMessageContaining("killed");
          }
        }
        isAPair(open(Disk.real(), cut));
      }
    }
  }

  @Test
  void aFileIsDurableBeforeTheNextOneCountsOnIt() throws IOException {
    var disk = new Mortal(Integer.MAX_VALUE);
    open(disk, folder);
    assertThat(disk.events.stream().filter(event -> !event.matches("(open|write).*")))
        .containsExactly(
            "force .private.with",
            "force .key.new",
            "move to .key",
            "sync",
            "force .key.new",
            "move to .key",
            "sync",
            "force .private.new",
            "move to .private",
            "sync",
            "move to .private",
            "sync");
    try (Stream<Path> all = Files.list(folder)) {
      for (Path secret : all.filter(file -> file.toString().endsWith(".private")).toList()) {
        assertThat(Files.getPosixFilePermissions(secret))
            .containsExactlyInAnyOrder(
                PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
      }
    }
  }

  @Test
  void aZoneThatIsToHaveOneKeyKeepsIt() throws IOException {
    var only =
        BindKeyPair.make(folder, EXAMPLE, ALGORITHM, SigningKey.Role.KSK, new SecureRandom());
    Path stale = folder.resolve("Kexample.+015+00001.private.with2");
    Files.writeString(stale, "of a pair that never was");
    Path other = folder.resolve("Kother.+015+00001.private.with2");
    Files.writeString(other, "of another zone");
    assertThat(open(Disk.real(), folder))
        .extracting(SigningKey::dnskey)
        .containsExactly(only.dnskey());
    assertThat(stale).doesNotExist();
    assertThat(other).exists();
  }
}
