package io.l7.benchmarks;

import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.Progress;
import io.l7.http.wire.RequestHead;
import io.l7.http.wire.RequestParser;
import io.l7.http.wire.ViolationException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The HTTP request parser over heads that lie in memory whole. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RequestParserBenchmark {
  private static final byte[] SMALL = head("GET /1k.bin HTTP/1.1", "Host: 127.0.0.1:8080");
  private static final byte[] BROWSER =
      head(
          "GET /static/app/main.3f2a9c.css?v=17 HTTP/1.1",
          "Host: www.example.com",
          "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
          "Accept: text/css,*/*;q=0.1",
          "Accept-Language: en-US,en;q=0.5",
          "Accept-Encoding: gzip, deflate, br, zstd",
          "Connection: keep-alive",
          "Referer: https://www.example.com/",
          "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark",
          "Sec-Fetch-Dest: style",
          "Sec-Fetch-Mode: no-cors",
          "Sec-Fetch-Site: same-origin",
          "If-None-Match: \"3f2a9c-1f40\"",
          "Priority: u=2");

  private final RequestParser parser = new RequestParser(HttpLimits.DEFAULTS, Set.of());

  private static byte[] head(String... lines) {
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  private RequestHead parsed(byte[] octets) throws ViolationException {
    parser.reset();
    if (parser.parse(octets, 0, octets.length) != Progress.COMPLETE)
      throw new IllegalStateException(parser.violation().label());
    return parser.head(octets, 0);
  }

  /** What a load generator sends: 42 octets. */
  @Benchmark
  public RequestHead small() throws ViolationException {
    return parsed(SMALL);
  }

  /** What a browser sends: 14 lines. */
  @Benchmark
  public RequestHead browser() throws ViolationException {
    return parsed(BROWSER);
  }
}
