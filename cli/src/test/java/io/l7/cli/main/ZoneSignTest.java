package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a signed zone goes. */
@Timeout(60)
class ZoneSignTest {
  @TempDir private Path folder;

  private String sign(Path to) throws Exception {
    Path zone =
        Files.writeString(
            folder.resolve("zone"), "$TTL 60\n@ SOA ns admin 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n");
    var printed = new StringWriter();
    var writer = new PrintWriter(printed, true);
    String[] words = {
      "dns", "zone", "sign", "test=" + zone, "--keys", folder + "/keys", "-o", to.toString()
    };
    int status = Main.run(words, writer, writer);
    return printed + "exit " + status;
  }

  @Test
  void aLinkLeadsThereAsBefore() throws Exception {
    Path file = Files.writeString(folder.resolve("signed"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertThat(sign(link)).isEqualTo("exit 0");
    assertThat(link).isSymbolicLink();
    assertThat(file).content().contains("RRSIG");
  }

  @Test
  void whatIsNoFileIsWrittenToAndStaysWhatItIs() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    var read = new java.util.concurrent.CompletableFuture<String>();
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                read.complete(Files.readString(pipe));
              } catch (java.io.IOException e) {
                read.completeExceptionally(e);
              }
            });
    assertThat(sign(pipe)).isEqualTo("exit 0");
    assertThat(read.get()).contains("RRSIG");
    assertThat(Files.isRegularFile(pipe)).isFalse();
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws Exception {
    assertThat(sign(folder.resolve("no/signed"))).contains("no such file").endsWith("exit 1");
  }
}
