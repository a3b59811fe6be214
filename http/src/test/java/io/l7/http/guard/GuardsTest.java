package io.l7.http.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.message.Exchange;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.StatusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSession;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardsTest {
  private static final Handler OK = request -> Response.text("ok");

  /** Of "sesame"; cheap, for tests alone. */
  private static final String BCRYPT =
      OpenBSDBCrypt.generate("sesame".toCharArray(), new byte[16], 4);

  @TempDir private Path folder;

  private static Request with(String authorization) {
    return Request.get("http://a/").with("Authorization", authorization);
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  @Spec("RFC 7617 §2")
  void onlyTheRightPasswordPasses() throws Exception {
    try (var guard =
        new BasicAuth("a \"site\"", Map.of("ali", PasswordHash.parse(BCRYPT).orElseThrow()), OK)) {
      Response asked = guard.handle(Request.get("http://a/"));
      assertThat(asked.status().code()).isEqualTo(401);
      assertThat(asked.field("WWW-Authenticate"))
          .contains("Basic realm=\"a \\\"site\\\"\", charset=\"UTF-8\"");
      assertThat(guard.handle(with(basic("ali:sesame"))).status().code()).isEqualTo(200);
      assertThat(guard.handle(with(basic("ali:sesame"))).status().code()).isEqualTo(200);
      for (String wrong :
          new String[] {
            basic("ali:wrong"),
            basic("bob:sesame"),
            basic("bob:"),
            basic("ali"),
            "Basic !",
            "Bearer x",
            basic("ali:")
          }) {
        assertThat(guard.handle(with(wrong)).status().code()).as(wrong).isEqualTo(401);
      }
    }
  }

  @Test
  void aNameThatNobodyHasTakesAsLongAsTheOthers() throws Exception {
    var users = Map.of("ali", PasswordHash.parse(BCRYPT).orElseThrow());
    try (var guard = new BasicAuth("site", users, OK)) {
      guard.handle(with(basic("bob:sesame")));
      long began = System.nanoTime();
      for (int i = 0; i < 60; i++) {
        assertThat(guard.handle(with(basic("bob:" + i))).status().code()).isEqualTo(401);
      }
      // The cheap hash of this file takes a millisecond or two, one of ours a hundred and more.
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void aHashIsReadBackAndKnowsItsPassword() {
    PasswordHash hash = PasswordHash.of("pä:ss");
    PasswordHash again = PasswordHash.parse(hash.toString()).orElseThrow();
    assertThat(again.matches("pä:ss")).isTrue();
    assertThat(again.matches("other")).isFalse();
    for (String bad :
        new String[] {
          "",
          "plain",
          "{PBKDF2-SHA256}x$y$z",
          "{PBKDF2-SHA256}0$AA==$AA==",
          "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
          "$2y$short",
          "$2y$10$" + "!".repeat(53),
          "$2y$99$" + "a".repeat(53)
        }) {
      assertThat(PasswordHash.parse(bad)).as(bad).isEmpty();
    }
  }

  @Test
  void aBadLineOfAPasswordFileIsNamed() throws Exception {
    Path file = folder.resolve("users");
    Files.writeString(file, "# users\n\nali:" + BCRYPT + "\n");
    assertThat(PasswordFile.read(file)).containsOnlyKeys("ali");
    Files.writeString(file, "ali:plain\n");
    assertThatThrownBy(() -> PasswordFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 1");
  }

  @Test
  void aUserIsChangedAndAllElseOfTheFileStays() throws Exception {
    Path file = folder.resolve("users");
    var hash = PasswordHash.parse(BCRYPT).orElseThrow();
    PasswordFile.put(file, "jos\u00e9", hash);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        file,
        "\ufeffbob:"
            + BCRYPT
            + "\n# caf\u00e9\n\njos\u00e9:"
            + BCRYPT
            + "\nbobby:"
            + BCRYPT
            + "\n");
    byte[] latin = "# caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file, latin, StandardOpenOption.APPEND);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    var other =
        PasswordHash.parse(OpenBSDBCrypt.generate("new".toCharArray(), new byte[16], 4))
            .orElseThrow();
    PasswordFile.put(link, "bob", other);
    assertThat(PasswordFile.remove(link, "jos\u00e9")).isTrue();
    assertThat(PasswordFile.remove(link, "jos\u00e9")).isFalse();
    assertThat(link).isSymbolicLink();
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(PasswordFile.read(file))
        .containsOnlyKeys("bobby", "bob")
        .hasEntrySatisfying("bob", changed -> assertThat(changed.matches("new")).isTrue());
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
        .startsWith("# caf\u00c3\u00a9\n\nbobby:" + BCRYPT + "\n# caf\u00e9\nbob:");
    assertThat(folder.resolve("users.new")).doesNotExist();
    for (String none : new String[] {"", " ", "#bob", "a:b", "a\nb"}) {
      assertThatThrownBy(() -> PasswordFile.put(file, none, hash))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private record From(InetSocketAddress remote) implements Exchange {
    @Override
    public InetSocketAddress local() {
      return remote;
    }

    @Override
    public Optional<SSLSession> tls() {
      return Optional.empty();
    }

    @Override
    public void inform(Response interim) {}
  }

  private static Request from(String address) {
    return Request.get("http://a/")
        .withExchange(new From(new InetSocketAddress(InetAddress.ofLiteral(address), 1)));
  }

  @Test
  @Spec("RFC 6585 §4")
  void anAddressThatAsksTooOftenIs429AndOthersAreNot() throws Exception {
    var now = new long[] {0};
    Handler limited = new RateLimit(2, 3, () -> now[0], OK);
    for (int i = 0; i < 3; i++) {
      assertThat(limited.handle(from("192.0.2.1")).status().code()).isEqualTo(200);
    }
    Response refused = limited.handle(from("192.0.2.1"));
    assertThat(refused.status().code()).isEqualTo(429);
    assertThat(refused.field("Retry-After")).contains("1");
    assertThat(limited.handle(from("192.0.2.2")).status().code()).isEqualTo(200);
    now[0] = 500_000_000;
    assertThat(limited.handle(from("192.0.2.1")).status().code()).isEqualTo(200);
    assertThat(limited.handle(from("192.0.2.1")).status().code()).isEqualTo(429);
  }

  @Test
  void anIpv6ClientIsItsNetwork() throws Exception {
    Handler limited = new RateLimit(1, 1, () -> 0, OK);
    assertThat(limited.handle(from("2001:db8::1")).status().code()).isEqualTo(200);
    assertThat(limited.handle(from("2001:db8::2")).status().code()).isEqualTo(429);
    assertThat(limited.handle(from("2001:db8:0:1::2")).status().code()).isEqualTo(200);
  }

  @Test
  void aGuardThatIsReplacedAnswersThoseWhoWaitForIt() throws Exception {
    var guard = new BasicAuth("a", Map.of("ali", PasswordHash.of("sesame")), OK);
    var answers = new ArrayList<CompletableFuture<Integer>>();
    for (int i = 0; i < 4; i++) {
      String pair = i == 3 ? "ali:sesame" : "ali:" + i;
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return guard.handle(with(basic(pair))).status().code();
                } catch (Exception e) {
                  throw new CompletionException(e);
                }
              },
              work -> Thread.ofVirtual().start(work)));
    }
    guard.close();
    assertThat(guard.handle(with(basic("ali:sesame"))).status().code()).isEqualTo(200);
    for (int i = 0; i < 4; i++) {
      assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(i == 3 ? 200 : 401);
    }
  }

  @Test
  void aCrowdThatGuessesIsToldToComeAgainAndThoseWhoAreKnownPass() throws Exception {
    // Some milliseconds a guess; no password has this hash.
    var base64 = Base64.getEncoder();
    String slow =
        "{PBKDF2-SHA256}5000$"
            + base64.encodeToString(new byte[16])
            + "$"
            + base64.encodeToString(new byte[32]);
    var known = PasswordHash.parse(BCRYPT).orElseThrow();
    var users = Map.of("ali", known, "bob", PasswordHash.parse(slow).orElseThrow());
    try (var guard = new BasicAuth("a", users, OK)) {
      assertThat(guard.handle(with(basic("ali:sesame"))).status().code()).isEqualTo(200);
      var refused = new ConcurrentLinkedQueue<Response>();
      var guessing = new ArrayList<Thread>();
      for (int i = 0; i < 1_000; i++) {
        String guess = basic("bob:" + i);
        guessing.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        assertThat(guard.handle(with(guess)).status().code()).isEqualTo(401);
                      } catch (StatusException e) {
                        refused.add(e.response());
                      } catch (Exception e) {
                        throw new CompletionException(e);
                      }
                    }));
      }
      assertThat(guard.handle(with(basic("ali:sesame"))).status().code()).isEqualTo(200);
      for (Thread one : guessing) {
        one.join();
      }
      assertThat(refused)
          .isNotEmpty()
          .allSatisfy(
              response -> {
                assertThat(response.status().code()).isEqualTo(503);
                assertThat(response.field("Retry-After")).contains("5");
              });
      assertThat(guard.handle(with(basic("bob:x"))).status().code()).isEqualTo(401);
    }
  }

  @Test
  void anyNumberOfAddressesIsRememberedInABoundedTable() throws Exception {
    var limit = new RateLimit(1, 1, () -> 0, OK);
    Request regular = from("192.0.2.1");
    assertThat(limit.handle(regular).status().code()).isEqualTo(200);
    for (int i = 0; i < 300_000; i++) {
      String address = "2001:db8:%x:%x::1".formatted(i >>> 16, i & 0xffff);
      assertThat(limit.handle(from(address)).status().code()).isEqualTo(200);
      if (i % 10_000 == 0) {
        assertThat(limit.handle(regular).status().code()).as("still known").isEqualTo(429);
      }
    }
    assertThat(limit.remembered()).isLessThanOrEqualTo(100_000);
  }
}
