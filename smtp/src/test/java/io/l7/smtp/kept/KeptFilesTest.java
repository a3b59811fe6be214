package io.l7.smtp.kept;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.disk.DiskFile;
import io.l7.common.testkit.DelegatingDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KeptFilesTest {
  private static final Path FOLDER = Path.of("/store/things");

  private final CrashDisk base = new CrashDisk();
  private final AtomicInteger opened = new AtomicInteger();
  private final CountDownLatch mayWrite = new CountDownLatch(1);
  private volatile boolean full;

  private final DelegatingDisk disk =
      new DelegatingDisk(base) {
        @Override
        public DiskFile open(Path path, Open mode) throws IOException {
          opened.incrementAndGet();
          try {
            mayWrite.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          if (full) {
            throw new IOException("No space left on device");
          }
          return super.open(path, mode);
        }
      };

  private KeptFiles files() throws IOException {
    var files = new KeptFiles("things", disk, FOLDER);
    files.load(name -> false, 0);
    return files;
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Map<String, String> found(CrashDisk on) throws IOException {
    var out = new TreeMap<String, String>();
    KeptFiles.read(on, FOLDER, name -> true, 100)
        .forEach((name, octets) -> out.put(name, new String(octets, StandardCharsets.UTF_8)));
    return out;
  }

  @Test
  void aDiskThatHangsIsGivenTheLatestOfEachAlone() throws IOException {
    try (var files = files()) {
      for (int i = 0; i <= 1_000; i++) {
        files.put("a", octets("a" + i));
        files.put("b", octets("b" + i));
        files.put("c", octets("c" + i));
      }
      files.remove("c");
      mayWrite.countDown();
    }
    assertThat(found(base)).isEqualTo(Map.of("a", "a1000", "b", "b1000"));
    assertThat(opened).as("files written").hasValueLessThanOrEqualTo(3);
    assertThat(found(base.afterPowerCut())).isEqualTo(found(base));
  }

  @Test
  void whatIsRemovedWhileItIsWrittenIsGoneAtTheEnd() throws IOException {
    try (var files = files()) {
      files.put("c", octets("c0"));
      while (opened.get() == 0) {
        Thread.onSpinWait();
      }
      files.remove("c");
      mayWrite.countDown();
    }
    assertThat(found(base)).isEmpty();
    assertThat(found(base.afterPowerCut())).isEmpty();
  }

  @Test
  void whatAFullDiskDoesNotTakeIsWrittenWithTheNextChangeAndAtTheEnd() throws Exception {
    mayWrite.countDown();
    try (var files = files()) {
      full = true;
      for (int i = 0; i < 50; i++) {
        files.put("f" + i, octets("x"));
      }
      while (opened.get() < 2) { // the first has failed by then
        Thread.onSpinWait();
      }
      full = false;
      files.put("last", octets("y"));
      files.put("f9", octets("z"));
    }
    assertThat(found(base)).hasSize(51).containsEntry("f9", "z").containsEntry("f0", "x");
  }

  @Test
  void aDiskThatStaysFullIsGivenUpAfterAFewFiles() throws IOException {
    try (var files = files()) {
      for (int i = 0; i < 500; i++) {
        files.put("f" + i, octets("x"));
      }
      full = true;
      mayWrite.countDown();
    }
    assertThat(opened).as("tries").hasValueLessThanOrEqualTo(2 * 8);
    assertThat(found(base)).isEmpty();
  }

  @Test
  void nothingChangesOnceTheyAreClosed() throws IOException {
    mayWrite.countDown();
    var files = files();
    files.close();
    files.put("a", octets("a"));
    files.close();
    assertThat(found(base)).isEmpty();
  }
}
