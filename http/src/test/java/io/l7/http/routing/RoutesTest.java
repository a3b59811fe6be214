package io.l7.http.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Target;
import org.junit.jupiter.api.Test;

class RoutesTest {
  private static Handler say(String text) {
    return request -> Response.text(text);
  }

  private static final Handler ROUTES =
      Routes.builder()
          .mount("/", say("rest"))
          .get("/users/{id}", request -> Response.text("user " + request.capture("id")))
          .get("/users/me", say("me"))
          .post("/users", say("created"))
          .mount("/api", say("api"))
          .mount("/api/v2/", say("v2"))
          .build();

  private static Response handle(Method method, String target) throws Exception {
    return ROUTES.handle(Request.get("http://a/").withMethod(method).withTarget(Target.of(target)));
  }

  private static String get(String target) throws Exception {
    return handle(Method.GET, target).body().text(1000);
  }

  @Test
  void theMostParticularPatternWins() throws Exception {
    assertThat(get("/users/7")).isEqualTo("user 7");
    assertThat(get("/users/me")).isEqualTo("me");
    assertThat(get("/users/a%20b?x")).isEqualTo("user a b");
    assertThat(get("/api")).isEqualTo("api");
    assertThat(get("/api/v2/x")).isEqualTo("v2");
    assertThat(get("/apix")).isEqualTo("rest");
    assertThat(get("/users/7/x")).isEqualTo("rest");
  }

  @Test
  @Spec("RFC 9110 §15.5.6")
  void aPathThatIsThereForOtherMethodsIs405WithAllow() throws Exception {
    Response response = handle(Method.DELETE, "/users/7");
    assertThat(response.status().code()).isEqualTo(405);
    assertThat(response.field("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(handle(Method.HEAD, "/users/7").status().code()).isEqualTo(200);
    assertThat(handle(Method.OPTIONS, "/users").field("Allow")).contains("OPTIONS, POST");
    assertThat(handle(Method.of("BREW"), "/users").status().code()).isEqualTo(501);
  }

  @Test
  void aPathThatCouldMeanTwoThingsIs400() throws Exception {
    assertThat(handle(Method.GET, "/api/..%2fusers").status().code()).isEqualTo(400);
    assertThat(handle(Method.GET, "/api/%2e%2e/users").status().code()).isEqualTo(400);
  }

  @Test
  void whatNoRouteTakesIs404() throws Exception {
    Handler few = Routes.builder().get("/a", say("a")).build();
    assertThat(few.handle(Request.get("http://a/b")).status().code()).isEqualTo(404);
  }

  @Test
  void hostsAreChosenByNameThenByDomainThenTheDefault() throws Exception {
    Handler hosts =
        VirtualHosts.otherwise(say("default"))
            .host("A.example", say("a"))
            .host("*.b.example", say("any b"));
    assertThat(hosts.handle(Request.get("http://a.example:81/")).body().text(10)).isEqualTo("a");
    assertThat(hosts.handle(Request.get("http://x.b.example/")).body().text(10)).isEqualTo("any b");
    assertThat(hosts.handle(Request.get("http://y.x.b.example/")).body().text(10))
        .isEqualTo("any b");
    assertThat(hosts.handle(Request.get("http://b.example/")).body().text(10)).isEqualTo("default");
    assertThat(hosts.handle(Request.get("http://[::1]/")).body().text(10)).isEqualTo("default");
  }
}
