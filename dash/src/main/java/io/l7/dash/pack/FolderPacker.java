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
import java.util.TreeMap;

/**
 * Writes a presentation as a folder that any web server can serve: {@code manifest.mpd}, one folder
 * a rendition, and HLS playlists where wanted. The manifest is written last, so that it never names
 * what is not there.
 */
public final class FolderPacker {
  private final Path directory;
  private final ManifestForm form;
  private final Playlists playlists;
  private final List<String> baseUrls;

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
        Path file = directory.resolve(rendition.id() + ".mp4");
        Files.deleteIfExists(file);
        try (var out = Disk.real().open(file, Disk.Open.CREATE_NEW)) {
          ranges.put(rendition.id(), OnDemandFile.write(rendition, out));
          written += out.size();
        }
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
    Files.write(folder.resolve("init.mp4"), init);
    long written = init.length;
    byte[] buffer = new byte[Fragmenter.PIECE_BYTES];
    for (int k = 0; k < r.index().count(); k++) {
      try (OutputStream out = Files.newOutputStream(folder.resolve(k + 1 + ".m4s"))) {
        r.write(k, out::write, buffer);
      }
      written += r.segmentBytes(k);
    }
    int last = r.index().count();
    if (form == ManifestForm.NUMBER) {
      // ffmpeg (5.1 to 8.0) counts constant segments up to first number + count, both included,
      // and complains where the one behind the last is not there.
      Files.write(folder.resolve(++last + ".m4s"), Fragmenter.empty());
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
    Path fresh = directory.resolve(name + ".new");
    Files.write(fresh, content.getBytes(StandardCharsets.UTF_8));
    Files.move(fresh, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
