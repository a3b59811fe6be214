package io.l7.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.DiskPool;
import io.l7.common.testkit.Seeded;
import io.l7.common.time.VirtualTime;
import io.l7.http.message.Body;
import io.l7.http.semantics.Coding;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenFilesTest {
  private static final int SIZE = (int) OpenFiles.READ_BYTES + 1;

  @TempDir private Path folder;
  private final DiskPool disk = new DiskPool("open", 1);
  private final VirtualTime time = new VirtualTime();
  private final OpenFiles open = new OpenFiles(disk, time);
  private Root root;

  @BeforeEach
  void makeSite() throws IOException {
    root = new Root(folder);
    make("film", SIZE);
  }

  private Path make(String name, int size) throws IOException {
    Path path = folder.resolve(name);
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  @AfterEach
  void stop() {
    disk.close();
  }

  private Body.Region region(String path) throws IOException {
    var file = found(path);
    return region(file);
  }

  private Body.Region region(SiteFile file) throws IOException {
    var content = (Representation.Stored) file.in(Coding.IDENTITY).content();
    return (Body.Region) open.region(file, content.state(), 0, SIZE);
  }

  @Test
  void answersAtTheSameTimeShareAFileAndTheLastOneClosesIt() throws IOException {
    var first = region("/film");
    var second = region("/film");
    assertThat(second.file()).isSameAs(first.file());
    time.advance(OpenFiles.KEPT.multipliedBy(2));
    first.close();
    first.close();
    assertThat(second.file().isOpen()).isTrue();
    second.close();
    assertThat(second.file().isOpen()).isFalse();
  }

  @Test
  void aFileIsClosedWhenNobodyAskedForItInASecond() throws IOException {
    var body = region("/film");
    body.close();
    assertThat(body.file().isOpen()).isTrue();
    var again = region("/film");
    assertThat(again.file()).isSameAs(body.file());
    again.close();
    time.advance(OpenFiles.KEPT);
    assertThat(body.file().isOpen()).as("it was asked for in this second").isTrue();
    time.advance(OpenFiles.KEPT);
    assertThat(body.file().isOpen()).isFalse();
    assertThat(region("/film").file()).isNotSameAs(body.file());
  }

  @Test
  void aLargeFileThatIsAskedForAgainIsMappedAsLongAsItIsOpen() throws IOException {
    var first = region("/film");
    assertThat(first.mapped()).isEmpty();
    var second = region("/film");
    var mapped = second.mapped().orElseThrow();
    assertThat(mapped.byteSize()).isEqualTo(SIZE);
    var third = region("/film");
    assertThat(third.mapped()).containsSame(mapped);
    first.close();
    second.close();
    time.advance(OpenFiles.KEPT.multipliedBy(3));
    assertThat(mapped.scope().isAlive()).as("an answer still uses it").isTrue();
    third.close();
    assertThat(mapped.scope().isAlive()).isFalse();
  }

  @Test
  void aFileThatWasReplacedIsNotSentFromTheOldOne() throws IOException {
    var file = found("/film");
    var old = region(file);
    var next = make("next", SIZE);
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
      make("film" + i, SIZE);
      region("/film" + i).close();
    }
    var one = region("/film");
    one.close();
    assertThat(one.file().isOpen()).isFalse();
  }

  private static final int SMALL = 3 * SiteFile.HELD_BYTES;

  private byte[] content() throws IOException {
    var content = new byte[SMALL];
    Seeded.random("open files").nextBytes(content);
    Path path = Files.write(folder.resolve("picture"), content);
    Files.setLastModifiedTime(path, FileTime.from(time.now().minusSeconds(60)));
    return content;
  }

  private SiteFile found(String path) {
    return SiteFile.find(
            root, disk, path, StaticFiles.Compression.SIBLINGS_ONLY, InstantSource.system())
        .orElseThrow();
  }

  private Body part(long position, long length) throws IOException {
    SiteFile file = found("/picture");
    var state = ((Representation.Stored) file.in(Coding.IDENTITY).content()).state();
    return open.region(file, state, position, length);
  }

  @Test
  void aFileOfModerateSizeThatIsAskedForAgainIsSentFromMemory() throws IOException {
    byte[] content = content();
    assertThat(part(0, SMALL)).isInstanceOf(Body.Region.class);
    var whole = (Body.Memory) part(0, SMALL);
    assertThat(whole.bytes(SMALL)).isEqualTo(content);
    assertThat(part(70_000, 1_000).bytes(SMALL))
        .isEqualTo(Arrays.copyOfRange(content, 70_000, 71_000));
  }

  @Test
  void whatIsInMemoryIsSentInTheStateThatWasAskedForWhateverBecameOfTheFile() throws IOException {
    byte[] content = content();
    SiteFile file = found("/picture");
    var state = ((Representation.Stored) file.in(Coding.IDENTITY).content()).state();
    open.region(file, state, 0, SMALL).close();
    open.region(file, state, 0, SMALL).close();
    Files.write(folder.resolve("picture"), new byte[SMALL]);
    assertThat(open.region(file, state, 0, SMALL).bytes(SMALL)).isEqualTo(content);
    assertThat(part(0, SMALL).bytes(SMALL)).as("looked up anew").isEqualTo(new byte[SMALL]);
  }

  @Test
  void aFileThatChangesWhileItIsReadIsNotKeptInMemory() throws IOException {
    content();
    SiteFile file = found("/picture");
    var state = ((Representation.Stored) file.in(Coding.IDENTITY).content()).state();
    try (var channel = file.open(state)) {
      Files.write(folder.resolve("picture"), new byte[SMALL]);
      var open = new OpenFile(channel);
      assertThatThrownBy(() -> open.read(state)).isInstanceOf(NoSuchFileException.class);
      assertThat(open.memory()).isEmpty();
    }
  }

  @Test
  void memoryLivesAsLongAsAnAnswerFromItAndNoLonger() throws IOException {
    byte[] content = content();
    part(0, SMALL).close();
    var body = (Body.Memory) part(0, SMALL);
    time.advance(OpenFiles.KEPT.multipliedBy(3));
    assertThat(body.octets().get(SMALL - 1)).isEqualTo(content[SMALL - 1]);
    body.close();
    assertThatThrownBy(() -> body.octets().get(0)).isInstanceOf(IllegalStateException.class);
    assertThat(part(0, SMALL)).as("opened anew").isInstanceOf(Body.Region.class);
  }

  @Test
  void whatWasWrittenAMomentAgoIsNotKeptInMemory() throws IOException {
    content();
    Files.setLastModifiedTime(folder.resolve("picture"), FileTime.from(time.now()));
    part(0, SMALL).close();
    assertThat(part(0, SMALL)).isInstanceOf(Body.Region.class);
  }

  @Test
  void noMoreMemoryIsTakenThanItsBound() throws IOException {
    int size = (int) OpenFiles.READ_BYTES;
    long most = OpenFiles.MEMORY_BYTES / size;
    for (int i = 0; i <= most; i++) {
      Path path = make("large" + i, size);
      Files.setLastModifiedTime(path, FileTime.from(time.now().minusSeconds(60)));
      var file = found("/large" + i);
      var state = ((Representation.Stored) file.in(Coding.IDENTITY).content()).state();
      open.region(file, state, 0, size);
      assertThat(open.region(file, state, 0, size))
          .isInstanceOf(i < most ? Body.Memory.class : Body.Region.class);
    }
  }
}
