package io.l7.dash.pack;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Finds an ffmpeg: on the PATH, else the one that comes with the program, unpacked once into the
 * user's cache.
 */
public final class FfmpegProgram {
  private static final String ROOT = "org/bytedeco/ffmpeg/";

  private FfmpegProgram() {}

  /**
   * The program on the path, else the one that is bundled.
   *
   * @throws PackException with what to install where there is none
   */
  public static Path find() throws IOException {
    String name = windows() ? "ffmpeg.exe" : "ffmpeg";
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, name);
      if (!folder.isEmpty() && Files.isExecutable(program)) {
        return program;
      }
    }
    Optional<Path> bundled = bundled(name);
    if (bundled.isEmpty()) {
      throw new PackException(
          "no ffmpeg on the PATH, and none came with this program: install ffmpeg");
    }
    return bundled.get();
  }

  /** The one that came with the program; none where this build has none for the platform. */
  static Optional<Path> bundled(String name) throws IOException {
    String folder = ROOT + platform() + "/";
    URL found = FfmpegProgram.class.getClassLoader().getResource(folder + name);
    if (found == null || !(found.openConnection() instanceof JarURLConnection connection)) {
      return Optional.empty();
    }
    try (JarFile jar = connection.getJarFile()) {
      String version = Path.of(jar.getName()).getFileName().toString().replace(".jar", "");
      Path target = cache().resolve(version);
      Path program = target.resolve(name);
      if (!Files.isExecutable(program)) {
        unpack(jar, folder, target, name);
      }
      return Optional.of(program);
    }
  }

  private static void unpack(JarFile jar, String folder, Path target, String program)
      throws IOException {
    Files.createDirectories(target);
    List<JarEntry> entries =
        jar.stream()
            .filter(e -> !e.isDirectory() && e.getName().startsWith(folder))
            .filter(e -> e.getName().indexOf('/', folder.length()) < 0)
            .filter(e -> !e.getName().contains("libjni") && !e.getName().contains("/jni"))
            .toList();
    for (JarEntry entry : entries) {
      String name = entry.getName().substring(folder.length());
      if (!name.equals(program)) {
        copy(jar, entry, target.resolve(name));
      }
    }
    // Last, for its presence says that all is there.
    copy(jar, jar.getJarEntry(folder + program), target.resolve(program));
  }

  private static void copy(JarFile jar, JarEntry entry, Path to) throws IOException {
    Path fresh = Files.createTempFile(to.getParent(), "unpack", "");
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!fresh.toFile().setExecutable(true)) {
      throw new IOException(fresh + " cannot be made executable");
    }
    Files.move(fresh, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path cache() {
    String home = System.getenv("XDG_CACHE_HOME");
    return (home == null || home.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(home))
        .resolve("l7");
  }

  private static boolean windows() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
  }

  /** Bytedeco's name of this platform, such as {@code linux-x86_64}. */
  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = windows() ? "windows" : os.startsWith("mac") ? "macosx" : "linux";
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return system + "-" + (machine.equals("aarch64") ? "arm64" : "x86_64");
  }
}
