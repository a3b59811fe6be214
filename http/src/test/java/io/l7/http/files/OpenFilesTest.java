package io.l7.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.DiskPool;
import io.l7.common.time.VirtualTime;
import io.l7.http.message.Body;
import io.l7.http.semantics.Coding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  private static final int SIZE = SiteFile.HELD_BYTES + 1;

  @TempDir private Path folder;
  private final DiskPool disk = new DiskPool("open", 1);
  private final VirtualTime time = new VirtualTime();
  private final OpenFiles open = new OpenFiles(disk, time);
  private Root root;

  @BeforeEach
  void makeSite() throws IOException {
    root = new Root(folder);
    Files.write(folder.resolve("film"), new byte[SIZE]);
  }

  @AfterEach
  void stop() {
    disk.close();
  }

  private Body.Region region(String path) throws IOException {
    var file = SiteFile.find(root, disk, path, StaticFiles.Compression.SIBLINGS_ONLY).orElseThrow();
    return region(file);
  }

  private Body.Region region(SiteFile file) throws IOException {
    var content = (Representation.Stored) file.in(Coding.IDENTITY).content();
    return (Body.Region) open.region(file, content.state(), 0, SIZE);
  }

  @Test
  void answersAtTheSameTimeShareAFileAndTheLastOneClosesItOnceItIsASecondOld() throws IOException {
    var first = region("/film");
    var second = region("/film");
    assertThat(second.file()).isSameAs(first.file());
    time.advance(OpenFiles.KEPT);
    first.close();
    first.close();
    assertThat(second.file().isOpen()).isTrue();
    second.close();
    assertThat(second.file().isOpen()).isFalse();
  }

  @Test
  void aFileThatNobodySendsAnyMoreIsClosedWithinASecond() throws IOException {
    var body = region("/film");
    body.close();
    assertThat(body.file().isOpen()).isTrue();
    assertThat(region("/film").file()).isSameAs(body.file());
    region("/film").close();
    time.advance(OpenFiles.KEPT);
    assertThat(region("/film").file()).isNotSameAs(body.file());
  }

  @Test
  void aFileThatWasReplacedIsNotSentFromTheOldOne() throws IOException {
    var file =
        SiteFile.find(root, disk, "/film", StaticFiles.Compression.SIBLINGS_ONLY).orElseThrow();
    var old = region(file);
    var next = Files.write(folder.resolve("next"), new byte[SIZE]);
    Files.move(next, folder.resolve("film"), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    assertThatThrownBy(() -> region(file)).isInstanceOf(NoSuchFileException.class);
    assertThat(region("/film").file()).isNotSameAs(old.file());
    assertThat(old.file().isOpen()).isTrue();
  }

  @Test
  void aFileThatAnInterruptHasClosedIsOpenedAnew() throws IOException {
    region("/film").file().close();
    assertThat(region("/film").file().isOpen()).isTrue();
  }

  @Test
  void noMoreThanItsBoundAreKeptAndTheOthersAreClosedWithTheirAnswer() throws IOException {
    for (int i = 0; i < OpenFiles.MOST; i++) {
      Files.write(folder.resolve("film" + i), new byte[SIZE]);
      region("/film" + i).close();
    }
    var one = region("/film");
    one.close();
    assertThat(one.file().isOpen()).isFalse();
  }
}
