import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.MpdParser;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** How long an MPD of 890 kB takes to read: the first time in a process, and once warm. */
public final class LargeManifest {
  private static final int OCTETS = 890_000;
  private static final int ROUNDS = 60;

  private LargeManifest() {}

  /** Prints both. */
  public static void main(String[] arguments) throws IOException {
    var text = new StringBuilder("<MPD mediaPresentationDuration='PT9H'><Period><AdaptationSet ");
    text.append("mimeType='video/mp4'><SegmentTemplate timescale='1000' media='$Time$.m4s'>");
    text.append("<SegmentTimeline>");
    for (long time = 0; text.length() < OCTETS; time += 1000) {
      text.append("<S t='").append(time).append("' d='1000'/>");
    }
    text.append("</SegmentTimeline></SegmentTemplate><Representation id='v' bandwidth='1'/>");
    text.append("</AdaptationSet></Period></MPD>");
    byte[] document = text.toString().getBytes(StandardCharsets.UTF_8);
    var parser = new MpdParser(DashLimits.defaults());
    double[] ms = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      parser.parse(document, URI.create("http://media.example/manifest.mpd"));
      ms[i] = (System.nanoTime() - start) / 1e6;
    }
    double cold = ms[0];
    double[] warm = Arrays.copyOfRange(ms, ROUNDS / 2, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "MPD of %d kB: first %.0f ms, warm (median of %d) %.1f ms%n",
        document.length / 1000, cold, warm.length, warm[warm.length / 2]);
  }
}
