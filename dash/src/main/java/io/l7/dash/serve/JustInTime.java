package io.l7.dash.serve;

import io.l7.common.disk.DiskPool;
import io.l7.dash.pack.HlsWriter;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.MpdWriter;
import io.l7.dash.pack.Presentation;
import io.l7.dash.pack.Rendition;
import io.l7.http.message.Body;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A plain MP4 packaged on the fly: the index is read once, a segment is made when asked for.
 * Manifests come from the same cuts as the segments.
 */
public final class JustInTime implements MediaSource {
  private final Presentation presentation;

  /** Bytes of segments kept: what a few hundred viewers of the same stretch of film ask for. */
  private static final long CACHE_BYTES = 64L << 20;

  private final SegmentCache cache = new SegmentCache(CACHE_BYTES);
  private final DiskPool pool = new DiskPool("dash");
  private final byte[] manifest;
  private final byte[] master;
  private final String tag;

  /**
   * @param presentation closed with this
   * @param baseUrls put into the manifest in this order
   */
  public JustInTime(Presentation presentation, List<String> baseUrls) {
    this.presentation = presentation;
    manifest =
        MpdWriter.write(presentation, ManifestForm.TIMELINE, baseUrls)
            .getBytes(StandardCharsets.UTF_8);
    master = HlsWriter.master(presentation).getBytes(StandardCharsets.UTF_8);
    // Sizes and times of all segments stand in the manifest: another film has another text.
    tag = Integer.toHexString(Arrays.hashCode(manifest));
  }

  @Override
  public Optional<Resource> find(String path) throws IOException {
    if (path.equals("manifest.mpd")) {
      return text(path, manifest);
    }
    if (path.equals("master.m3u8")) {
      return text(path, master);
    }
    int slash = path.indexOf('/');
    if (slash < 0) {
      return path.endsWith(".m3u8")
          ? presentation
              .rendition(path.substring(0, path.length() - 5))
              .flatMap(r -> text(path, HlsWriter.media(r).getBytes(StandardCharsets.UTF_8)))
          : Optional.empty();
    }
    var rendition = presentation.rendition(path.substring(0, slash));
    return rendition.flatMap(r -> part(r, path.substring(slash + 1), path));
  }

  private Optional<Resource> text(String path, byte[] content) {
    return Optional.of(
        Resource.of(
            content,
            Resource.typeOf(path),
            "\"" + tag + "-" + path.length() + "\"",
            Resource.REVALIDATE));
  }

  private Optional<Resource> part(Rendition r, String name, String path) {
    if (name.equals("init.mp4")) {
      return Optional.of(
          Resource.of(r.init(), Resource.typeOf(name), "\"" + tag + "-i\"", Resource.DAY));
    }
    if (!name.matches("[1-9]\\d{0,7}\\.m4s")) {
      return Optional.empty();
    }
    int segment = Integer.parseInt(name.substring(0, name.length() - 4)) - 1;
    if (segment >= r.index().count()) {
      return Optional.empty();
    }
    return Optional.of(
        new Resource(
            Resource.typeOf(path),
            r.segmentBytes(segment),
            "\"" + tag + "-" + segment + "\"",
            Resource.DAY,
            (position, length) -> {
              byte[] bytes = cache.get(path, () -> pool.call(() -> r.segment(segment)));
              return new Body.Bytes(bytes, (int) position, (int) length);
            }));
  }

  @Override
  public void close() throws IOException {
    pool.close();
    presentation.close();
  }
}
