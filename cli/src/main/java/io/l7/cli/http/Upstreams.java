package io.l7.cli.http;

import io.l7.cli.Errors;
import io.l7.cli.Failure;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.http.HttpClient;
import io.l7.http.cache.CacheLimits;
import io.l7.http.cache.CacheStore;
import io.l7.http.cache.DiskStore;
import io.l7.http.cache.HttpCache;
import io.l7.http.cache.MemoryStore;
import io.l7.http.cache.TieredStore;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.proxy.Balancing;
import io.l7.http.proxy.HealthCheck;
import io.l7.http.proxy.PathMapping;
import io.l7.http.proxy.ReverseProxy;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The proxies of a server with their caches. What is described as before stays over a reload with
 * its connections, health and stored responses.
 */
final class Upstreams implements AutoCloseable {
  /** Memory in front of a cache on disk: what is asked for often, the rest is in the page cache. */
  private static final long MEMORY_BESIDE_DISK = 64L << 20;

  /** All that makes one proxy differ from another. */
  private record Description(
      Place place,
      List<URI> uris,
      Balancing balancing,
      Optional<HealthCheck> check,
      Duration timeout) {}

  /** A proxy behind its cache: the proxy may be exchanged, the cache stays. */
  private static final class Entry implements Handler {
    private volatile Description description;
    private volatile ReverseProxy proxy;
    private final Handler face;

    @SuppressWarnings("this-escape") // The cache asks for nothing before its first request.
    private Entry(Description description, ReverseProxy proxy, CacheMaker cache) {
      this.description = description;
      this.proxy = proxy;
      this.face = cache.before(this);
    }

    @Override
    public Response handle(Request request) throws IOException {
      return proxy.handle(request);
    }

    @Override
    public String toString() {
      return proxy.toString();
    }
  }

  @FunctionalInterface
  private interface CacheMaker {
    Handler before(Handler upstream);
  }

  private final Metrics metrics;
  private final Map<Place, Entry> entries = new LinkedHashMap<>();
  private final Map<Duration, HttpClient> clients = new HashMap<>();
  private final List<HttpCache> caches = new ArrayList<>();

  Upstreams(Metrics metrics) {
    this.metrics = metrics;
    ReverseProxy.measure(metrics, this::proxies);
    HttpCache.measure(metrics, this::caches);
  }

  private synchronized List<HttpCache> caches() {
    return List.copyOf(caches);
  }

  private synchronized List<ReverseProxy> proxies() {
    return entries.values().stream().map(entry -> entry.proxy).toList();
  }

  /** What answers at each place, as these options have it. */
  synchronized Map<Place, Handler> handlers(UpstreamOptions options) {
    options.check();
    Map<Place, Handler> handlers = new LinkedHashMap<>();
    Place.read(options.proxies())
        .forEach(
            (place, uris) -> {
              var description =
                  new Description(
                      place,
                      List.copyOf(uris),
                      options.balancing(),
                      options.healthCheck(),
                      options.timeout());
              handlers.put(place, entry(description, options).face);
            });
    entries
        .values()
        .removeIf(
            entry -> {
              boolean gone = !handlers.containsKey(entry.description.place());
              if (gone) {
                entry.proxy.close();
                forget(entry, options);
              }
              return gone;
            });
    return handlers;
  }

  /** What it stores in memory goes with it; a folder is closed at the end, for who still writes. */
  private void forget(Entry gone, UpstreamOptions options) {
    if (options.cacheFolder().isEmpty()) {
      caches.removeIf(cache -> cache.equals(gone.face));
    }
  }

  private Entry entry(Description description, UpstreamOptions options) {
    Entry known = entries.get(description.place());
    if (known == null) {
      known =
          new Entry(
              description,
              proxy(description),
              upstream -> cached(description.place(), upstream, options));
      entries.put(description.place(), known);
    } else if (!known.description.equals(description)) {
      ReverseProxy before = known.proxy;
      known.proxy = proxy(description);
      known.description = description;
      before.close(); // its probes end; answers on their way go on
    }
    return known;
  }

  private ReverseProxy proxy(Description description) {
    var client =
        clients.computeIfAbsent(
            description.timeout(),
            time ->
                HttpClient.builder().timeouts(ClientTimeouts.defaults().firstByte(time)).build());
    var builder =
        ReverseProxy.over(client.transport())
            .mapping(PathMapping.of(description.place().prefix(), description.uris().getFirst()))
            .balancing(description.balancing())
            .metrics(metrics);
    description.uris().forEach(builder::upstream);
    description.check().ifPresent(builder::healthCheck);
    return builder.build();
  }

  private Handler cached(Place place, Handler upstream, UpstreamOptions options) {
    if (options.cache().isEmpty()) {
      return upstream;
    }
    var limits = CacheLimits.defaults();
    var cache =
        HttpCache.before(upstream)
            .store(store(place, options, limits))
            .limits(limits)
            .metrics(metrics)
            .build();
    caches.add(cache);
    return cache;
  }

  private static CacheStore store(Place place, UpstreamOptions options, CacheLimits limits) {
    long bytes = options.cache().orElseThrow();
    if (options.cacheFolder().isEmpty()) {
      return new MemoryStore(bytes, limits);
    }
    // Each place has a cache of its own, so a folder of its own.
    Path folder =
        options
            .cacheFolder()
            .get()
            .resolve(URLEncoder.encode(place.toString(), StandardCharsets.UTF_8));
    try {
      return new TieredStore(
          new MemoryStore(Math.min(bytes, MEMORY_BESIDE_DISK), limits),
          DiskStore.open(folder, bytes, limits, Disk.real()),
          limits);
    } catch (IOException e) {
      throw new Failure("--cache-dir " + folder, "cannot be used: " + Errors.line(e), e);
    }
  }

  @Override
  public synchronized void close() throws Exception {
    for (HttpCache cache : caches.reversed()) {
      cache.close();
    }
    entries.values().forEach(entry -> entry.proxy.close());
    for (HttpClient client : clients.values()) {
      client.close();
    }
  }
}
