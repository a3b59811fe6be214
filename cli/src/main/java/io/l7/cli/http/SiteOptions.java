package io.l7.cli.http;

import io.l7.common.tls.TlsIdentity;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say what a site is made of. */
final class SiteOptions {
  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "The folder (default: the one you are in, unless there is a --proxy or --site).")
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
      names = "--site",
      paramLabel = "HOST=DIR",
      description = "Another folder for this host; *.example.com for all below; repeatable.")
  private List<String> sites = List.of();

  @Option(
      names = "--site-tls",
      paramLabel = "HOST=CERT,KEY",
      description = "Another certificate for clients that ask for this host (SNI); repeatable.")
  private List<String> certificates = List.of();

  @Option(
      names = "--basic-auth",
      paramLabel = "FILE",
      description = "Ask for a password; lines NAME:HASH (htpasswd -B, l7 http user add).")
  private @Nullable Path passwords;

  /** The folder of all hosts that are not named. */
  Optional<Path> folder() {
    return Optional.ofNullable(folder);
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

  /**
   * Folders by host, in lower case.
   *
   * @throws IllegalArgumentException one is not HOST=DIR
   */
  Map<String, Path> sites() {
    var byHost = new LinkedHashMap<String, Path>();
    byHost("--site", sites).forEach((host, path) -> byHost.put(host, Path.of(path)));
    return byHost;
  }

  private static Map<String, String> byHost(String option, List<String> given) {
    var byHost = new LinkedHashMap<String, String>();
    for (String each : given) {
      int equals = each.indexOf('=');
      if (equals < 1 || equals == each.length() - 1) {
        throw new IllegalArgumentException(option + " " + each + ": not HOST=...");
      }
      byHost.put(each.substring(0, equals).toLowerCase(Locale.ROOT), each.substring(equals + 1));
    }
    return byHost;
  }

  /**
   * Identities by host.
   *
   * @throws IllegalArgumentException one is not CERT,KEY
   */
  Map<String, TlsIdentity.Source> certificates() {
    var sources = new LinkedHashMap<String, TlsIdentity.Source>();
    byHost("--site-tls", certificates)
        .forEach(
            (host, files) -> {
              List<String> pair = List.of(files.split(",", -1));
              if (pair.size() != 2) {
                throw new IllegalArgumentException(
                    "--site-tls " + host + "=" + files + ": not HOST=CERT,KEY");
              }
              sources.put(
                  host, TlsIdentity.Source.pem(Path.of(pair.getFirst()), Path.of(pair.getLast())));
            });
    return sources;
  }

  Optional<Path> passwords() {
    return Optional.ofNullable(passwords);
  }
}
