package io.l7.smtp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsersFileTest {
  @TempDir private Path folder;

  @Test
  void usersThatAreAddedAtTheSameTimeAreAllThere() throws Exception {
    var file = folder.resolve("users");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var all = new ArrayList<Future<?>>();
      for (var i = 0; i < 20; i++) {
        var name = "u" + i + "@hamburger.edu";
        all.add(
            threads.submit(
                () -> {
                  UsersFile.add(file, name, "secret".toCharArray());
                  return name;
                }));
      }
      for (var one : all) {
        one.get();
      }
    }
    assertThat(UsersFile.list(file))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 20).mapToObj(i -> "u" + i + "@hamburger.edu").toList());
  }

  @Test
  void whoCouldReadTheFileCanAfterwards() throws IOException {
    var file = folder.resolve("users");
    UsersFile.add(file, "bob@hamburger.edu", "secret".toCharArray());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    UsersFile.add(file, "alice@hamburger.edu", "secret".toCharArray());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void removingFromAFileThatIsNotThereMakesNone() throws IOException {
    assertThat(UsersFile.remove(folder.resolve("users"), "bob")).isFalse();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void whoChangesTheFileByALinkChangesTheFile() throws IOException {
    var file = folder.resolve("users");
    var link = Files.createSymbolicLink(folder.resolve("link"), file);
    UsersFile.add(file, "bob@hamburger.edu", "secret".toCharArray());
    UsersFile.add(link, "carol@hamburger.edu", "secret".toCharArray());
    assertThat(link).isSymbolicLink();
    assertThat(UsersFile.list(file)).containsExactly("bob@hamburger.edu", "carol@hamburger.edu");
    UsersFile.remove(link, "bob@hamburger.edu");
    assertThat(UsersFile.list(file)).containsExactly("carol@hamburger.edu");
  }
}
