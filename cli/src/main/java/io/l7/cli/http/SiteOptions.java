package io.l7.cli.http;

import io.l7.common.units.Units;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say what a site is made of. */
final class SiteOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description = "The folder (default: the one you are in, unless there is a --proxy).")
  private @Nullable Path folder;

  @Option(names = "--browse", description = "List folders that have no index.html.")
  private boolean browse;

  @Option(names = "--spa", description = "Answer unknown paths with /index.html.")
  private boolean singlePage;

  @Option(
      names = "--no-compress",
      description = "Never compress on the fly; .br, .zst and .gz siblings are still used.")
  private boolean noCompress;

  @Option(
      names = "--proxy",
      paramLabel = "/PREFIX=URL",
      description = "Pass what is below a prefix on; repeat a prefix to balance.")
  private List<String> proxies = List.of();

  @Option(
      names = "--cache",
      paramLabel = "SIZE",
      description = "Keep what upstreams allow to keep (RFC 9111), in so much memory.")
  private @Nullable String cache;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      description =
          "With --cache: keep it in this folder, over restarts; at most 64 MiB of it also in"
              + " memory.")
  private @Nullable Path cacheFolder;

  @Option(
      names = "--basic-auth",
      paramLabel = "FILE",
      description = "Ask for a password; lines NAME:HASH (htpasswd -B, l7 http user add).")
  private @Nullable Path passwords;

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      description = "Requests a second and client address; bursts of twice that pass.")
  private @Nullable Double rate;

  Optional<Path> folder() {
    if (folder != null) {
      return Optional.of(folder);
    }
    return proxies.isEmpty() ? Optional.of(Path.of(".")) : Optional.empty();
  }

  boolean browse() {
    return browse;
  }

  boolean singlePage() {
    return singlePage;
  }

  boolean compress() {
    return !noCompress;
  }

  List<String> proxies() {
    return proxies;
  }

  /** In bytes. */
  Optional<Path> cacheFolder() {
    return Optional.ofNullable(cacheFolder);
  }

  OptionalLong cache() {
    return cache == null ? OptionalLong.empty() : OptionalLong.of(Units.parseSize(cache));
  }

  Optional<Path> passwords() {
    return Optional.ofNullable(passwords);
  }

  OptionalDouble rate() {
    return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
  }
}
