package io.l7.dash.pack;

import io.l7.common.disk.Disk;
import io.l7.dash.bmff.Fragmenter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a presentation as a folder that any web server can serve: {@code manifest.mpd}, one folder
 * a rendition, and HLS playlists where wanted. Each file is written aside first, so that none is
 * half there under its name, and the manifest last, so that it never names what is not there.
 */
public final class FolderPacker {
  private static final String NEW = ".new";

  private final Path directory;
  private final ManifestForm form;
  private final Playlists playlists;
  private final List<String> baseUrls;

  private volatile Optional<Path> unfinished = Optional.empty();
  private volatile boolean abandoned;

  /** Whether HLS playlists are written beside the MPD. */
  public enum Playlists {
    NONE,
    HLS
  }

  /**
   * A packer that writes to a folder.
   *
   * @param directory made where it is not there
   * @param baseUrls see {@link MpdWriter}
   */
  public FolderPacker(
      Path directory, ManifestForm form, Playlists playlists, List<String> baseUrls) {
    this.directory = directory;
    this.form = form;
    this.playlists = playlists;
    this.baseUrls = List.copyOf(baseUrls);
  }

  /** Writes all files; blocks. Returns the bytes of media written. */
  public long write(Presentation presentation) throws IOException {
    Files.createDirectories(directory);
    var ranges = new TreeMap<String, OnDemandFile.Ranges>();
    long written = 0;
    for (var rendition : presentation.renditions()) {
      if (form == ManifestForm.ON_DEMAND) {
        Path fresh = fresh(directory.resolve(rendition.id() + ".mp4"));
        Files.deleteIfExists(fresh);
        try (var out = Disk.real().open(fresh, Disk.Open.CREATE_NEW)) {
          ranges.put(rendition.id(), OnDemandFile.write(rendition, out));
          written += out.size();
        }
        place(fresh);
      } else {
        written += segments(rendition);
      }
    }
    if (playlists == Playlists.HLS) {
      if (form == ManifestForm.ON_DEMAND) {
        throw new PackException(
            "HLS playlists need segments as files: use form timeline or number");
      }
      for (var rendition : presentation.renditions()) {
        replace(rendition.id() + ".m3u8", HlsWriter.media(rendition));
      }
      replace("master.m3u8", HlsWriter.master(presentation));
    }
    replace("manifest.mpd", MpdWriter.write(presentation, form, baseUrls, Map.copyOf(ranges)));
    return written;
  }

  private long segments(Rendition r) throws IOException {
    Path folder = Files.createDirectories(directory.resolve(r.id()));
    byte[] init = r.init();
    replace(folder.resolve("init.mp4"), init);
    long written = init.length;
    byte[] buffer = new byte[Fragmenter.PIECE_BYTES];
    for (int k = 0; k < r.index().count(); k++) {
      Path fresh = fresh(folder.resolve(k + 1 + ".m4s"));
      try (OutputStream out = Files.newOutputStream(fresh)) {
        r.write(k, out::write, buffer);
      }
      place(fresh);
      written += r.segmentBytes(k);
    }
    int last = r.index().count();
    if (form == ManifestForm.NUMBER) {
      // ffmpeg (5.1 to 8.0) counts constant segments up to first number + count, both included,
      // and complains where the one behind the last is not there.
      replace(folder.resolve(++last + ".m4s"), Fragmenter.empty());
    }
    removeLeftovers(folder, last);
    return written;
  }

  /** A folder packed before may hold more segments than the film has now. */
  private static void removeLeftovers(Path folder, int count) throws IOException {
    int next = count + 1;
    while (Files.deleteIfExists(folder.resolve(next + ".m4s"))) next++;
  }

  private void replace(String name, String content) throws IOException {
    replace(directory.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }

  private void replace(Path file, byte[] content) throws IOException {
    Path fresh = fresh(file);
    Files.write(fresh, content);
    place(fresh);
  }

  /** Where a file is written before it is whole. */
  private Path fresh(Path file) throws IOException {
    if (abandoned) {
      throw new PackException("abandoned");
    }
    Path fresh = file.resolveSibling(file.getFileName() + NEW);
    unfinished = Optional.of(fresh);
    return fresh;
  }

  private void place(Path fresh) throws IOException {
    String name = String.valueOf(fresh.getFileName());
    Files.move(
        fresh,
        fresh.resolveSibling(name.substring(0, name.length() - NEW.length())),
        StandardCopyOption.REPLACE_EXISTING);
    unfinished = Optional.empty();
  }

  /** Removes what is half written; for who ends the process in the middle. From any thread. */
  public void abandon() throws IOException {
    abandoned = true;
    var half = unfinished;
    if (half.isPresent()) {
      Files.deleteIfExists(half.get());
    }
  }
}
