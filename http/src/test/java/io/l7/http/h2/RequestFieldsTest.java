package io.l7.http.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.h2.RequestFields.Head;
import io.l7.http.h2.RequestFields.Outcome;
import io.l7.http.hpack.FieldBlock;
import io.l7.http.hpack.HpackDecoder;
import io.l7.http.hpack.HpackEncoder;
import io.l7.http.wire.HttpLimits;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {
  private static final List<String> GET =
      List.of(":method=GET", ":scheme=https", ":authority=Example.com:8443", ":path=/a?b");

  private static FieldBlock block(List<String> lines) throws Exception {
    var encoder = new HpackEncoder(4096);
    encoder.begin();
    for (String line : lines) {
      int equals = line.indexOf('=');
      encoder.add(line.substring(0, equals), line.substring(equals + 1));
    }
    return new HpackDecoder(4096, 32 << 10).decode(encoder.octets(), 0, encoder.length());
  }

  private static List<String> with(String... more) {
    var all = new ArrayList<>(GET);
    all.addAll(List.of(more));
    return all;
  }

  private static Head accepted(List<String> lines) throws Exception {
    Outcome outcome = RequestFields.head(1, block(lines), HttpLimits.DEFAULTS);
    assertThat(outcome).isInstanceOf(Outcome.Accepted.class);
    return ((Outcome.Accepted) outcome).head();
  }

  private static void assertMalformed(List<String> lines) throws Exception {
    FieldBlock block = block(lines);
    assertThatThrownBy(() -> RequestFields.head(1, block, HttpLimits.DEFAULTS))
        .as(String.valueOf(lines))
        .isInstanceOf(Http2Error.OfStream.class)
        .extracting(e -> ((Http2Error) e).code())
        .isEqualTo(ErrorCode.PROTOCOL_ERROR);
  }

  @Test
  @Spec("RFC 9113 §8.3.1")
  void aHeadIsWhatAnHttp11RequestWouldBe() throws Exception {
    Head head = accepted(with("accept=a/b", "te=trailers", "host=example.com:8443"));
    assertThat(head.method().name()).isEqualTo("GET");
    assertThat(head.target().raw()).isEqualTo("/a?b");
    assertThat(head.authority()).isEqualTo("example.com:8443");
    assertThat(head.contentLength()).isEmpty();
    assertThat(head.fields().toString())
        .isEqualTo("Host: Example.com:8443\nAccept: a/b\nTE: trailers\n");
  }

  @Test
  @Spec("RFC 9113 §8.3.1")
  void hostStandsInForAnAuthorityThatIsMissing() throws Exception {
    var lines = List.of(":method=GET", ":scheme=http", ":path=/", "host=h", "x=y");
    assertThat(accepted(lines).authority()).isEqualTo("h");
    assertThat(accepted(lines).fields().toString()).isEqualTo("Host: h\nx: y\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upper=x",
        "=x",
        "with space=x",
        "with\rreturn=x",
        "with:colon=x",
        "x=a\rb",
        "x=a\nb",
        "x=a\r\nInjected: yes",
        "x=a\0b",
        "x= a",
        "x=a\t",
        "x=\u007f",
        ":unknown=x",
        ":status=200",
        ":Path=/",
        ":path=/behind",
        "connection=close",
        "connection=x",
        "keep-alive=x",
        "proxy-connection=x",
        "transfer-encoding=chunked",
        "upgrade=h2c",
        "te=gzip",
        "te=trailers, gzip",
        "host=other.example",
        "content-length=",
        "content-length=+1",
        "content-length=1, 1",
        "content-length=0x1",
        "content-length=1234567890123456789",
      })
  @Spec("RFC 9113 §8.2")
  void aFieldThatCouldMeanAnotherThingIsMalformed(String line) throws Exception {
    assertMalformed(with("a=b", line));
  }

  @Test
  @Spec("RFC 9113 §8.3")
  void pseudoFieldsAreThereOnceAndAheadOfAllOthers() throws Exception {
    for (int left = 0; left < GET.size(); left++) {
      var without = new ArrayList<>(GET);
      without.remove(left);
      assertMalformed(without);
      assertMalformed(concat(GET, List.of(GET.get(left))));
      assertMalformed(concat(without, List.of("a=b", GET.get(left))));
    }
    assertMalformed(concat(GET.subList(0, 3), List.of(":PATH=/")));
    assertMalformed(with("content-length=1", "content-length=1"));
    assertMalformed(with("host=Example.com:8443", "host=Example.com:8443"));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":path=",
        ":path=*",
        ":path=http://a/",
        ":path=/a b",
        ":path=/a#b",
        ":path=/\u00e4",
        ":path=/\r\nX: y",
        ":method=",
        ":method=G ET",
        ":method=GET / HTTP/1.1\r\n",
        ":scheme=ftp",
        ":scheme=",
        ":authority=",
        ":authority=user@host",
        ":authority=a, b",
        ":authority=a/b",
        ":authority=a b",
      })
  @Spec("RFC 9113 §8.3.1")
  void aPseudoFieldThatHttp11CouldNotSayIsMalformed(String line) throws Exception {
    String name = line.substring(0, line.indexOf('='));
    var lines = new ArrayList<String>();
    GET.forEach(each -> lines.add(each.startsWith(name + "=") ? line : each));
    assertMalformed(lines);
  }

  @Test
  @Spec("RFC 9113 §8.2.3")
  void crumbsOfACookieAreOneLineAndEmptyOnesNothing() throws Exception {
    var lines = with("cookie=", "cookie=", "cookie=a=1", "x=y", "cookie=", "cookie=b=2", "cookie=");
    assertThat(accepted(lines).fields().all("Cookie")).containsExactly("a=1; b=2");
    assertThat(accepted(with("cookie=", "cookie=")).fields().all("Cookie")).containsExactly("");
  }

  @Test
  @Spec("RFC 9113 §8.5")
  void connectHasAnAuthorityAlone() throws Exception {
    assertThat(accepted(List.of(":method=CONNECT", ":authority=a:1")).target().path()).isEmpty();
    assertMalformed(List.of(":method=CONNECT", ":authority=a:1", ":scheme=http", ":path=/"));
    assertMalformed(List.of(":method=CONNECT", "host=a:1"));
  }

  @Test
  void trailersNeitherFrameNorRoute() throws Exception {
    assertThat(RequestFields.trailers(1, block(List.of("x-sum=1")), HttpLimits.DEFAULTS).toString())
        .isEqualTo("x-sum: 1\n");
    for (String line :
        List.of("content-length=1", "host=a", "trailer=x", ":path=/", "connection=x", "X=y")) {
      FieldBlock block = block(List.of("x=y", line));
      assertThatThrownBy(() -> RequestFields.trailers(1, block, HttpLimits.DEFAULTS))
          .isInstanceOf(Http2Error.OfStream.class);
    }
    FieldBlock large = block(List.of("x=" + "y".repeat(9000)));
    assertThatThrownBy(() -> RequestFields.trailers(1, large, HttpLimits.DEFAULTS))
        .isInstanceOf(Http2Error.OfStream.class);
  }
}
