package io.l7.http.routing;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Chooses a handler by method and path. The most particular pattern wins, in whatever order they
 * were added. GET answers HEAD too; OPTIONS is answered from what there is; a path that is there
 * for other methods is 405 with Allow.
 *
 * <pre>{@code
 * Handler routes = Routes.builder()
 *     .get("/users/{id}", request -> Response.text(request.capture("id")))
 *     .post("/users", users::create)
 *     .mount("/", StaticFiles.of(folder).build())
 *     .build();
 * }</pre>
 */
public final class Routes implements Handler {
  private record Route(Optional<Method> method, PathPattern pattern, Handler handler) {
    private boolean takes(Method asked) {
      return method.isEmpty()
          || method.get().equals(asked)
          || (method.get().equals(Method.GET) && asked.equals(Method.HEAD));
    }
  }

  private final List<Route> routes;

  private Routes(List<Route> routes) {
    this.routes = routes;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Response handle(Request request) throws Exception {
    Optional<String> path = request.target().decodedPath();
    if (path.isEmpty()) {
      return Response.error(Status.BAD_REQUEST, "a path that could mean two things");
    }
    Set<String> allowed = Set.of();
    for (Route route : routes) {
      var captures = route.pattern().match(path.get());
      if (captures.isEmpty()) {
        continue;
      }
      if (route.takes(request.method())) {
        if (route.method().isEmpty() && !allowed.isEmpty()) {
          // A mount is for what no route names: a known path with another method is not it.
          break;
        }
        return route.handler().handle(request.withCaptures(captures.get()));
      }
      if (route.method().isPresent()) {
        allowed = allowed.isEmpty() ? new TreeSet<>() : allowed;
        allow(route.method().get(), allowed);
      }
    }
    return otherwise(request.method(), allowed);
  }

  private static void allow(Method method, Set<String> allowed) {
    allowed.add(method.name());
    allowed.add(Method.OPTIONS.name());
    if (method.equals(Method.GET)) {
      allowed.add(Method.HEAD.name());
    }
  }

  private static Response otherwise(Method method, Set<String> allowed) {
    if (allowed.isEmpty()) {
      return Response.error(Status.NOT_FOUND);
    }
    String list = String.join(", ", allowed);
    if (method.equals(Method.OPTIONS)) {
      return Response.of(Status.NO_CONTENT).with(FieldNames.ALLOW, list);
    }
    // RFC 9110 §9.1: unknown is 501, known but not here is 405.
    return method.isRegistered()
        ? Response.error(Status.METHOD_NOT_ALLOWED).with(FieldNames.ALLOW, list)
        : Response.error(Status.NOT_IMPLEMENTED);
  }

  /** Collects routes; for one thread. */
  public static final class Builder {
    private final List<Route> routes = new ArrayList<>();

    private Builder() {}

    public Builder get(String pattern, Handler handler) {
      return route(Method.GET, pattern, handler);
    }

    public Builder post(String pattern, Handler handler) {
      return route(Method.POST, pattern, handler);
    }

    public Builder put(String pattern, Handler handler) {
      return route(Method.PUT, pattern, handler);
    }

    public Builder delete(String pattern, Handler handler) {
      return route(Method.DELETE, pattern, handler);
    }

    /**
     * Answers a method at a path.
     *
     * @param pattern a path; a segment in braces takes any text, see {@link Request#capture}
     */
    public Builder route(Method method, String pattern, Handler handler) {
      routes.add(new Route(Optional.of(method), PathPattern.of(pattern), handler));
      return this;
    }

    /** Gives all methods at a path and below it to a handler, which sees the path unchanged. */
    public Builder mount(String prefix, Handler handler) {
      routes.add(new Route(Optional.empty(), PathPattern.below(prefix), handler));
      return this;
    }

    /** The routes so far, most particular first. */
    public Routes build() {
      var sorted = new ArrayList<>(routes);
      sorted.sort(Comparator.comparing(Route::pattern));
      return new Routes(List.copyOf(sorted));
    }
  }
}
