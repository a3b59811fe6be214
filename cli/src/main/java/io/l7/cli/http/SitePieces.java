package io.l7.cli.http;

import io.l7.cli.Failure;
import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.metrics.Metrics;
import io.l7.http.HttpClient;
import io.l7.http.cache.CacheLimits;
import io.l7.http.cache.CacheStore;
import io.l7.http.cache.DiskStore;
import io.l7.http.cache.HttpCache;
import io.l7.http.cache.MemoryStore;
import io.l7.http.cache.TieredStore;
import io.l7.http.files.StaticFiles;
import io.l7.http.guard.BasicAuth;
import io.l7.http.guard.PasswordFile;
import io.l7.http.guard.RateLimit;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.proxy.PathMapping;
import io.l7.http.proxy.ReverseProxy;
import io.l7.http.routing.Routes;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts a site together from its options. What keeps state over a reload (client, proxies, cache) is
 * made once.
 */
final class SitePieces implements AutoCloseable {
  /** Memory in front of a cache on disk: what is asked for often, the rest is in the page cache. */
  private static final long MEMORY_BESIDE_DISK = 64L << 20;

  private final SiteOptions options;
  private final Metrics metrics;
  private final Map<String, Handler> upstreams = new LinkedHashMap<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();
  private final DiskPool disk = new DiskPool("http");

  SitePieces(SiteOptions options, Metrics metrics) {
    this.options = options;
    this.metrics = metrics;
    toClose.add(disk);
    if (!options.proxies().isEmpty()) {
      makeUpstreams();
    }
  }

  private void makeUpstreams() {
    var client = HttpClient.builder().build();
    toClose.add(client);
    Map<String, List<URI>> byPrefix = new LinkedHashMap<>();
    for (String each : options.proxies()) {
      int equals = each.indexOf('=');
      if (equals < 1 || !each.startsWith("/")) {
        throw new Failure("--proxy " + each, "not /PREFIX=URL");
      }
      byPrefix
          .computeIfAbsent(each.substring(0, equals), _ -> new ArrayList<>())
          .add(upstream(each.substring(equals + 1)));
    }
    byPrefix.forEach(
        (prefix, uris) -> {
          var builder =
              ReverseProxy.over(client.transport())
                  .mapping(PathMapping.of(prefix, uris.getFirst()))
                  .metrics(metrics);
          uris.forEach(builder::upstream);
          var proxy = builder.build();
          toClose.add(proxy);
          upstreams.put(prefix, cached(prefix, proxy));
        });
  }

  private static URI upstream(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // Said below, as for other wrong ones.
    }
    throw new Failure("--proxy " + text, "not an http or https URL");
  }

  private Handler cached(String prefix, ReverseProxy proxy) {
    if (options.cache().isEmpty()) {
      return proxy;
    }
    var limits = CacheLimits.defaults();
    var cache =
        HttpCache.before(proxy)
            .store(store(prefix, options.cache().getAsLong(), limits))
            .limits(limits)
            .metrics(metrics)
            .build();
    toClose.add(cache);
    return cache;
  }

  private CacheStore store(String prefix, long bytes, CacheLimits limits) {
    if (options.cacheFolder().isEmpty()) {
      return new MemoryStore(bytes, limits);
    }
    // Each prefix has a cache of its own, so a folder of its own.
    Path folder =
        options.cacheFolder().get().resolve(URLEncoder.encode(prefix, StandardCharsets.UTF_8));
    try {
      return new TieredStore(
          new MemoryStore(Math.min(bytes, MEMORY_BESIDE_DISK), limits),
          DiskStore.open(folder, bytes, limits, Disk.real()),
          limits);
    } catch (IOException e) {
      throw new Failure("--cache-dir " + folder, "cannot be used: " + e.getMessage(), e);
    }
  }

  /** The site as its files are now. */
  Handler handler() throws IOException {
    Handler handler = upstreams.isEmpty() ? files() : routes();
    if (options.rate().isPresent()) {
      double rate = options.rate().getAsDouble();
      handler =
          new RateLimit(rate, (int) Math.max(1, Math.ceil(rate * 2)), System::nanoTime, handler);
    }
    if (options.passwords().isPresent()) {
      handler = guarded(options.passwords().get(), handler);
    }
    return handler;
  }

  private Handler routes() throws IOException {
    var routes = Routes.builder();
    if (!upstreams.containsKey("/")) {
      routes.mount("/", files());
    }
    upstreams.forEach(routes::mount);
    return routes.build();
  }

  private Handler files() throws IOException {
    if (options.folder().isEmpty()) {
      return request -> Response.error(Status.NOT_FOUND);
    }
    Path root = options.folder().get();
    if (!Files.isDirectory(root) || !Files.isReadable(root)) {
      throw new Failure(root.toString(), "not a folder that can be read");
    }
    var site = StaticFiles.of(root).disk(disk);
    if (options.browse()) {
      site.browse();
    }
    if (options.singlePage()) {
      site.singlePage();
    }
    if (!options.compress()) {
      site.compression(StaticFiles.Compression.SIBLINGS_ONLY);
    }
    return site.build();
  }

  private static Handler guarded(Path passwords, Handler inner) {
    try {
      return new BasicAuth("l7", PasswordFile.read(passwords), inner);
    } catch (IOException e) {
      throw new Failure(
          "--basic-auth " + passwords, e.getMessage() == null ? "cannot be read" : e.getMessage());
    }
  }

  @Override
  public void close() throws Exception {
    for (AutoCloseable each : toClose.reversed()) {
      each.close();
    }
  }
}
