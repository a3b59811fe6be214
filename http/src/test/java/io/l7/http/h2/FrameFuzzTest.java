package io.l7.http.h2;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.WireReader;
import io.l7.http.h2.RequestFields.Head;
import io.l7.http.h2.RequestFields.Outcome;
import io.l7.http.hpack.FieldBlock;
import io.l7.http.hpack.HpackDecoder;
import io.l7.http.hpack.HpackException;
import io.l7.http.wire.HttpLimits;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Any octets are frames or errors of RFC 9113: no other exception, no hang, and the same whether
 * they come at once or one by one.
 */
class FrameFuzzTest {
  /** A stream that gives one octet at a time. */
  private static final class Dripping extends FilterInputStream {
    Dripping(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return super.read(into, offset, Math.min(1, length));
    }
  }

  @FuzzTest(maxDuration = "5s")
  void framesAreFramesOrErrors(byte[] input) throws IOException {
    List<String> atOnce = said(new ByteArrayInputStream(input));
    assertThat(said(new Dripping(new ByteArrayInputStream(input)))).isEqualTo(atOnce);
  }

  /** What a connection reads, up to the error that ends it. */
  private static List<String> said(InputStream from) throws IOException {
    var limits = Http2Limits.DEFAULTS;
    var in = new WireReader(from);
    var reader = new FrameReader(in);
    var assembly = new BlockAssembly(limits, new FloodGuard(limits, () -> 0, flood -> {}));
    var settings = PeerSettings.INITIAL;
    var all = new ArrayList<String>();
    try {
      while (true) {
        try {
          var frame = reader.poll();
          if (frame.isEmpty()) {
            if (in.fill() < 0) {
              return all;
            }
            continue;
          }
          all.add(FrameText.of(frame.get()));
          switch (frame.get()) {
            case Frame.Headers headers when !assembly.isOpen() -> assembly.begin(headers);
            case Frame.Continuation more -> assembly.add(more);
            case Frame.Settings changes -> {
              settings = settings.with(changes.all());
              all.add(settings.toString());
            }
            case Frame.Data data ->
                assertThat(data.length()).isLessThanOrEqualTo(data.flowControlled());
            default -> {}
          }
          assertThat(assembly.length()).isLessThanOrEqualTo(limits.blockOctets());
        } catch (Http2Error.OfStream e) {
          all.add(e.stream() + " " + e.getMessage());
        }
      }
    } catch (Http2Error.OfConnection e) {
      all.add(e.code() + " " + e.getMessage());
      return all;
    }
  }

  @FuzzTest(maxDuration = "5s")
  void fieldsAreAHeadThatHttp11CouldSayOrErrors(byte[] input) {
    try {
      FieldBlock block = new HpackDecoder(4096, 32 << 10).decode(input, 0, input.length);
      Outcome outcome = RequestFields.head(1, block, HttpLimits.DEFAULTS);
      if (outcome instanceof Outcome.Accepted(Head head)) {
        assertThat(head.method() + " " + head.target() + " " + head.authority())
            .matches("[!-~]+ [!-~]* [!-~]+");
        assertThat(head.fields().all("Host")).hasSize(1);
        assertThat(head.fields().all("Cookie").size()).isLessThanOrEqualTo(1);
        head.fields()
            .forEach(
                (name, value) -> {
                  assertThat(name).matches("[!-9;-~]+");
                  assertThat(value).doesNotContainPattern("[\r\n\0]");
                });
      }
      assertThat(RequestFields.trailers(1, block, HttpLimits.DEFAULTS).all("Host")).isEmpty();
    } catch (HpackException | Http2Error _) {
      // refused, as it may be
    }
  }
}
