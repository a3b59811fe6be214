package io.l7.http.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client asks must not become what another one gets. */
class CachePoisoningTest {
  private final List<String> fetched = new ArrayList<>();
  private final HttpCache cache =
      HttpCache.before(
              request -> {
                fetched.add(request.uri());
                return Response.text(request.uri()).with("Cache-Control", "max-age=60");
              })
          .build();

  @AfterEach
  void close() {
    cache.close();
  }

  private String get(String uri) throws Exception {
    return cache.handle(Request.get(uri)).body().text(1000);
  }

  /** Each pair is two resources, whatever a server in between might make of it. */
  @ParameterizedTest
  @CsvSource({
    "/a?b, /a%3Fb",
    "/a/b, /a%2Fb",
    "/a, /a/",
    "/a, /A",
    "/a, //a",
    "/a?x=1&y=2, /a?y=2&x=1",
    "/a, /a?",
    "/me, /me/x.css",
    "/me, /me;x.css",
    "/me, /me%3Bx.css",
    "/me, /me%00.css",
    "/me, /me%0A.css",
    "/a%20b, /a+b",
    "/%61, /a"
  })
  void nothingInAPathIsDecodedOrCleanedInAKey(String one, String other) throws Exception {
    assertThat(get("http://h" + one)).isEqualTo("http://h" + one);
    assertThat(get("http://h" + other)).isEqualTo("http://h" + other);
    assertThat(fetched).hasSize(2);
  }

  @Test
  void hostSchemeAndPortAreInTheKeyInOneSpelling() throws Exception {
    get("http://h/a");
    get("http://H:80/a");
    assertThat(fetched).hasSize(1);
    get("http://h.:80/a");
    get("http://h:8080/a");
    get("https://h/a");
    get("http://other/a");
    assertThat(fetched).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void contentOfAReadIsNoReasonToAnswerOthersWithIt(String method) throws Exception {
    var fat =
        Request.of(Method.of(method), URI.create("http://h/a"))
            .withBody(io.l7.http.message.Body.of("poison"));
    var seen = new ArrayList<Boolean>();
    try (var echo =
        HttpCache.before(
                request -> {
                  boolean poisoned = request.body().text(100).contains("poison");
                  seen.add(poisoned);
                  return Response.text(poisoned ? "poison" : "clean")
                      .with("Cache-Control", "max-age=60");
                })
            .build()) {
      echo.handle(fat).body().close();
      assertThat(echo.handle(Request.get("http://h/a")).body().text(100)).isEqualTo("clean");
    }
    assertThat(seen).containsExactly(true, false);
  }

  @Test
  void anAnswerOfAnErrorWithoutALifetimeIsNotKept() throws Exception {
    try (var failing =
        HttpCache.before(
                request -> {
                  fetched.add(request.uri());
                  return Response.error(
                      request.fields().contains("X-Bad") ? Status.BAD_REQUEST : Status.OK);
                })
            .build()) {
      Request poison = Request.get("http://h/a").with("X-Bad", "1");
      assertThat(failing.handle(poison).status().code()).isEqualTo(400);
      assertThat(failing.handle(Request.get("http://h/a")).status().code()).isEqualTo(200);
    }
  }
}
