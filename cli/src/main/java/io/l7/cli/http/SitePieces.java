package io.l7.cli.http;

import io.l7.cli.Errors;
import io.l7.cli.Failure;
import io.l7.common.disk.DiskPool;
import io.l7.common.metrics.Metrics;
import io.l7.http.files.StaticFiles;
import io.l7.http.guard.BasicAuth;
import io.l7.http.guard.PasswordFile;
import io.l7.http.guard.PasswordHash;
import io.l7.http.guard.RateLimit;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.routing.Routes;
import io.l7.http.routing.VirtualHosts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/** Puts a site together from its options. What keeps state over a reload is made once. */
final class SitePieces implements AutoCloseable {
  private final Upstreams upstreams;
  private final DiskPool disk = new DiskPool("http");

  SitePieces(Metrics metrics) {
    upstreams = new Upstreams(metrics);
  }

  /** The site as its options and files are now. */
  Handler handler(SiteOptions site, UpstreamOptions behind, GateOptions gate) throws IOException {
    // All that can be wrong first: where something is, the proxies of before stay as they are.
    gate.check();
    Optional<Map<String, PasswordHash>> users = site.passwords().map(SitePieces::users);
    Handler handler = hosts(site, behind);
    if (users.isPresent()) {
      handler = new BasicAuth("l7", users.get(), handler);
    }
    // Before the passwords: who guesses asks as well.
    if (gate.rate().isPresent()) {
      double rate = gate.rate().getAsDouble();
      handler = new RateLimit(rate, gate.burst(rate), System::nanoTime, handler);
    }
    return handler;
  }

  private Handler hosts(SiteOptions site, UpstreamOptions behind) throws IOException {
    Map<String, Path> folders = site.sites();
    Optional<Path> folder = site.folder();
    if (folder.isEmpty() && folders.isEmpty() && behind.proxies().isEmpty()) {
      folder = Optional.of(Path.of("."));
    }
    var roots = new LinkedHashMap<String, Handler>();
    for (var each : folders.entrySet()) {
      roots.put(each.getKey(), files(each.getValue(), site));
    }
    if (folder.isPresent()) {
      roots.put("", files(folder.get(), site));
    }
    Map<Place, Handler> proxies = upstreams.handlers(behind);
    var names = new LinkedHashSet<>(folders.keySet());
    proxies.keySet().forEach(place -> names.add(place.host()));
    names.remove("");
    Handler otherwise = routes("", roots, proxies);
    if (names.isEmpty()) {
      return otherwise;
    }
    var hosts = VirtualHosts.otherwise(otherwise);
    for (String name : names) {
      hosts = hosts.host(name, routes(name, roots, proxies));
    }
    return hosts;
  }

  private static Handler routes(
      String host, Map<String, Handler> roots, Map<Place, Handler> proxies) {
    Handler root = roots.getOrDefault(host, request -> Response.error(Status.NOT_FOUND));
    if (proxies.size() == 1 && proxies.containsKey(new Place(host, "/"))) {
      // Nothing to choose: a path with an encoded slash goes on as it came.
      return proxies.values().iterator().next();
    }
    var routes = Routes.builder();
    boolean whole = false;
    boolean any = false;
    for (var each : proxies.entrySet()) {
      if (each.getKey().host().equals(host)) {
        routes.mount(each.getKey().prefix(), each.getValue());
        whole |= each.getKey().prefix().equals("/");
        any = true;
      }
    }
    if (!any) {
      return root;
    }
    return (whole ? routes : routes.mount("/", root)).build();
  }

  private Handler files(Path root, SiteOptions options) throws IOException {
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

  private static Map<String, PasswordHash> users(Path passwords) {
    try {
      return PasswordFile.read(passwords);
    } catch (IOException e) {
      throw new Failure("--basic-auth", Errors.line(e), e);
    }
  }

  @Override
  public void close() throws Exception {
    upstreams.close();
    disk.close();
  }
}
