package io.l7.lab.story;

import static io.l7.lab.story.Checks.demand;
import static io.l7.lab.story.Checks.findable;

import io.l7.common.units.Units;
import io.l7.http.HttpClient;
import io.l7.http.cache.HttpCache;
import io.l7.http.message.Body;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.proxy.ReverseProxy;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.world.Role;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A page with its objects, by HTTP and HTTPS, through a cache in front of its origin: fetched once,
 * then served without asking, then asked for conditionally.
 */
public final class HttpStep implements Step {
  private static final int PATIENCE_OCTETS = 1 << 20;
  private static final int OBJECTS = 6;
  private static final Pattern SOURCE = Pattern.compile("src=\"([^\"]+)\"");

  private final World world;
  private final AtomicInteger asked = new AtomicInteger();

  /** A step on {@code world}. */
  public HttpStep(World world) {
    this.world = world;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public Figures perform() throws Exception {
    Domains.add(world, "someschool.edu");
    world.site("origin.someschool.edu", Role.ORIGIN, this::origin);
    var host = world.host("www.someschool.edu", Role.WEB);
    var toOrigin = world.own(world.browser(host));
    var proxy =
        world.own(
            ReverseProxy.over(toOrigin.transport())
                .upstream(URI.create(world.url("http", "origin.someschool.edu", "")))
                .build());
    var cache = world.own(HttpCache.before(proxy).name("www.someschool.edu").build());
    world.site("www.someschool.edu", Role.WEB, cache);

    findable(world, "origin.someschool.edu");
    findable(world, "www.someschool.edu");
    try (var browser = world.browser(world.host("laptop.someschool.edu", Role.CLIENT))) {
      var cold = page(browser, "http");
      int fetched = asked.get();
      demand(
          fetched == OBJECTS + 1,
          "the origin was asked " + fetched + " times for " + (OBJECTS + 1) + " things");
      var warm = page(browser, "http");
      var secure = page(browser, "https");
      demand(secure.octets == cold.octets, "HTTPS gave another page");
      demand(
          asked.get() == fetched + OBJECTS + 1 || asked.get() == fetched,
          "the cache asked the origin again: " + (asked.get() - fetched));

      var url = world.url("http", "www.someschool.edu", "/object/1");
      var full = browser.send(Request.get(url));
      full.body().bytes(PATIENCE_OCTETS);
      var etag = full.field("ETag").orElseThrow(() -> new AssertionError("no ETag"));
      var conditional = browser.send(Request.get(url).with("If-None-Match", etag));
      conditional.body().bytes(PATIENCE_OCTETS);
      demand(
          conditional.status().equals(Status.NOT_MODIFIED),
          "a conditional GET was answered " + conditional.status());
      demand(
          conditional.field("Cache-Status").orElse("").contains("hit"),
          "it was not the cache that answered");

      return new Figures()
          .put("page of", (OBJECTS + 1) + " objects, " + Units.size(cold.octets))
          .put("cold in", Units.duration(cold.took))
          .put("from the cache in", Units.duration(warm.took))
          .put("by HTTPS in", Units.duration(secure.took))
          .put("conditional GET", "304")
          .put("origin asked", asked.get() + " times");
    }
  }

  private Response origin(Request request) {
    asked.incrementAndGet();
    var path = request.path();
    if (path.equals("/")) {
      var html = new StringBuilder("<!doctype html><title>Some School</title>");
      for (int i = 1; i <= OBJECTS; i++) html.append("<img src=\"/object/").append(i).append("\">");
      return cacheable(Response.html(html.toString()), "page");
    }
    var body = new byte[20_000];
    java.util.Arrays.fill(body, (byte) path.charAt(path.length() - 1));
    return cacheable(Response.ok("image/gif", Body.of(body)), path.substring(path.length() - 1));
  }

  private static Response cacheable(Response response, String tag) {
    return response.with("Cache-Control", "max-age=60").with("ETag", "\"" + tag + "\"");
  }

  private record Loaded(long octets, Duration took) {}

  /** The page, then its objects side by side, as a browser does. */
  private Loaded page(HttpClient browser, String scheme) throws Exception {
    long start = System.nanoTime();
    var html = get(browser, scheme, "/");
    var sources =
        SOURCE
            .matcher(new String(html, java.nio.charset.StandardCharsets.UTF_8))
            .results()
            .map(m -> m.group(1))
            .toList();
    long octets = html.length;
    try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
      var futures = new ArrayList<java.util.concurrent.Future<byte[]>>();
      for (var source : List.copyOf(sources))
        futures.add(tasks.submit(() -> get(browser, scheme, source)));
      for (var future : futures) octets += future.get().length;
    }
    return new Loaded(octets, Duration.ofNanos(System.nanoTime() - start));
  }

  private byte[] get(HttpClient browser, String scheme, String path) throws Exception {
    var response = browser.send(Request.get(world.url(scheme, "www.someschool.edu", path)));
    demand(response.status().equals(Status.OK), path + " was answered " + response.status());
    return response.body().bytes(PATIENCE_OCTETS);
  }
}
