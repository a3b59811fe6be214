package io.l7.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.http.h2.ErrorCode;
import io.l7.http.h2.FrameWriter.End;
import io.l7.http.message.Response;
import io.l7.http.testkit.Http2Client;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each way to break RFC 9113, and what it costs: a stream or the connection. */
class Http2ProtocolTest {
  private HttpServer server;

  @BeforeEach
  void serve() throws IOException {
    server =
        HttpServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .handler(request -> Response.text(request.body().text(1000)))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Http2Client client() throws IOException {
    return Http2Client.connect(server.address());
  }

  private void assertEnds(Http2Client client, ErrorCode code) throws IOException {
    var last = client.goAway().orElseThrow();
    assertThat(ErrorCode.name(last.code())).isEqualTo(code.name());
    client.awaitClose();
  }

  private void assertResets(Http2Client client, int stream, ErrorCode code) throws IOException {
    while (client.of(stream).reset < 0) {
      assertThat(client.next()).isPresent();
    }
    assertThat(ErrorCode.name(client.of(stream).reset)).isEqualTo(code.name());
    assertThat(client.get(99, "/").answer(99).status).as("others go on").isEqualTo(200);
  }

  @Test
  @Spec("RFC 9113 §3.4")
  void anotherPrefaceOrNoSettingsFirst() throws Exception {
    var socket = new Socket("127.0.0.1", server.address().getPort());
    socket.getOutputStream().write(Http2Client.PREFACE.getBytes(StandardCharsets.US_ASCII));
    try (var client = new Http2Client(socket)) {
      client.frames().ping(1);
      client.flush();
      assertEnds(client, ErrorCode.PROTOCOL_ERROR);
    }
    socket = new Socket("127.0.0.1", server.address().getPort());
    socket
        .getOutputStream()
        .write("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    try (var client = new Http2Client(socket)) {
      assertEnds(client, ErrorCode.PROTOCOL_ERROR);
    }
  }

  /** Types, flags, streams and payloads of frames that end the connection on an open stream 1. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 1, PROTOCOL_ERROR", // DATA on the connection
    "0, 0, 5, 1, PROTOCOL_ERROR", // on an idle stream
    "0, 8, 1, 0, FRAME_SIZE_ERROR", // padded without a length
    "0, 8, 1, ff00, PROTOCOL_ERROR", // padding over the frame
    "1, 4, 0, 82, PROTOCOL_ERROR", // HEADERS on the connection
    "1, 4, 2, 82, PROTOCOL_ERROR", // of an even stream
    "1, 4, 3, 80, COMPRESSION_ERROR", // of no index
    "1, 12, 3, ff82, PROTOCOL_ERROR", // padding over the frame
    "1, 36, 3, 00, FRAME_SIZE_ERROR", // a priority that is cut
    "2, 0, 0, 0000000001, PROTOCOL_ERROR", // PRIORITY on the connection
    "3, 0, 0, 00000000, PROTOCOL_ERROR", // RST_STREAM on the connection
    "3, 0, 5, 00000000, PROTOCOL_ERROR", // of an idle stream
    "3, 0, 1, 000000, FRAME_SIZE_ERROR",
    "4, 0, 1, '', PROTOCOL_ERROR", // SETTINGS on a stream
    "4, 1, 0, 000000000000, FRAME_SIZE_ERROR", // acknowledged with content
    "4, 0, 0, 0000, FRAME_SIZE_ERROR",
    "4, 0, 0, 000200000002, PROTOCOL_ERROR", // ENABLE_PUSH
    "4, 0, 0, 000480000000, FLOW_CONTROL_ERROR", // INITIAL_WINDOW_SIZE
    "4, 0, 0, 000500003fff, PROTOCOL_ERROR", // MAX_FRAME_SIZE
    "4, 0, 0, 000501000000, PROTOCOL_ERROR",
    "5, 4, 1, 0000000282, PROTOCOL_ERROR", // PUSH_PROMISE
    "6, 0, 1, 0000000000000000, PROTOCOL_ERROR", // PING on a stream
    "6, 0, 0, 00000000, FRAME_SIZE_ERROR",
    "7, 0, 1, 0000000000000000, PROTOCOL_ERROR", // GOAWAY on a stream
    "7, 0, 0, 00000000, FRAME_SIZE_ERROR",
    "8, 0, 0, 00000000, PROTOCOL_ERROR", // WINDOW_UPDATE of nothing
    "8, 0, 0, 7fffffff, FLOW_CONTROL_ERROR", // over the limit
    "8, 0, 5, 00000001, PROTOCOL_ERROR", // of an idle stream
    "8, 0, 1, 000001, FRAME_SIZE_ERROR",
    "9, 4, 1, 82, PROTOCOL_ERROR", // CONTINUATION of nothing
    "16, 0, 1, 00000001, PROTOCOL_ERROR", // PRIORITY_UPDATE on a stream
    "16, 0, 0, 00000000, PROTOCOL_ERROR", // of the connection
    "16, 0, 0, 0000, FRAME_SIZE_ERROR",
  })
  @Spec("RFC 9113 §6")
  void aFrameThatEndsTheConnection(int type, int flags, int stream, String hex, ErrorCode code)
      throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/", End.NOT_YET);
      byte[] payload = hex.length() < 2 ? new byte[0] : java.util.HexFormat.of().parseHex(hex);
      client.raw(type, flags, stream, hex.equals("1") ? new byte[1] : payload).flush();
      assertEnds(client, code);
    }
  }

  @Test
  @Spec("RFC 9113 §4.2")
  void aFrameOverTheLimitIsRefusedByItsLengthAlone() throws Exception {
    try (var client = client()) {
      client.raw(0x60, 0, 0, new byte[16_384]).flush();
      client.settle();
      client.raw(0x60, 0, 0, new byte[16_385]).flush();
      assertEnds(client, ErrorCode.FRAME_SIZE_ERROR);
    }
  }

  @Test
  @Spec("RFC 9113 §4.3")
  void nothingComesBetweenTheFramesOfAFieldBlock() throws Exception {
    for (int type : new int[] {0, 1, 2, 6, 8, 99}) {
      try (var client = client()) {
        client.raw(1, 0, 1, client.block(":method", "GET"));
        client.raw(type, 0, type == 6 ? 0 : 3, new byte[8]).flush();
        assertThat(client.goAway()).isPresent();
      }
    }
    try (var client = client()) {
      client.raw(1, 0, 1, client.block(":method", "GET"));
      client.raw(9, 4, 3, client.block(":path", "/")).flush();
      assertEnds(client, ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  @Spec("RFC 9113 §6.10")
  void aFieldBlockMayComeInManyFrames() throws Exception {
    try (var client = client()) {
      byte[] block =
          client.block(":method", "GET", ":scheme", "http", ":authority", "a", ":path", "/");
      client.raw(1, 1, 1, java.util.Arrays.copyOf(block, 3));
      client.raw(9, 0, 1, java.util.Arrays.copyOfRange(block, 3, 4));
      client.raw(9, 4, 1, java.util.Arrays.copyOfRange(block, 4, block.length)).flush();
      assertThat(client.answer(1).status).isEqualTo(200);
    }
  }

  @Test
  @Spec("RFC 9113 §5.1.1")
  void streamsThatWereSkippedOrUsedAreClosed() throws Exception {
    try (var client = client()) {
      client.get(5, "/").answer(5);
      client.get(3, "/");
      assertEnds(client, ErrorCode.STREAM_CLOSED);
    }
    try (var client = client()) {
      client.get(1, "/").answer(1);
      client.get(1, "/");
      assertEnds(client, ErrorCode.STREAM_CLOSED);
    }
  }

  @Test
  @Spec("RFC 9113 §5.1")
  void contentBehindTheEndResetsTheStream() throws Exception {
    try (var client = client()) {
      client.get(1, "/").answer(1);
      client.data(1, "more", End.NOT_YET).flush();
      assertResets(client, 1, ErrorCode.STREAM_CLOSED);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 00000000, PROTOCOL_ERROR", // WINDOW_UPDATE of nothing
    "8, 7fffffff, FLOW_CONTROL_ERROR",
    "2, 00000000, FRAME_SIZE_ERROR", // PRIORITY of four octets
    "2, 0000000101, PROTOCOL_ERROR", // on itself
  })
  @Spec("RFC 9113 §5.4.2")
  void aFrameThatCostsOneStream(int type, String hex, ErrorCode code) throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/", End.NOT_YET);
      client.raw(type, 0, 1, java.util.HexFormat.of().parseHex(hex)).flush();
      assertResets(client, 1, code);
    }
  }

  @Test
  @Spec("RFC 9113 §8.1.1")
  void contentAndItsDeclaredLengthAgree() throws Exception {
    for (String content : new String[] {"", "four", "sixsix"}) {
      try (var client = client()) {
        client.request(1, "POST", "/", End.NOT_YET, "content-length", "5");
        client.data(1, content, End.OF_STREAM).flush();
        assertResets(client, 1, ErrorCode.PROTOCOL_ERROR);
      }
    }
    try (var client = client()) {
      client.request(1, "POST", "/", End.OF_STREAM, "content-length", "5").flush();
      assertResets(client, 1, ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  @Spec("RFC 9113 §8.1")
  void trailersEndTheStream() throws Exception {
    try (var client = client()) {
      client.request(1, "POST", "/", End.NOT_YET);
      client.headers(1, End.NOT_YET, "x", "y").flush();
      assertResets(client, 1, ErrorCode.PROTOCOL_ERROR);
    }
    try (var client = client()) {
      client.request(1, "POST", "/", End.NOT_YET);
      client.headers(1, End.OF_STREAM, ":path", "/").flush();
      assertResets(client, 1, ErrorCode.PROTOCOL_ERROR);
    }
  }

  @Test
  @Spec("RFC 9113 §5.5")
  void whatIsUnknownHasNoMeaning() throws Exception {
    try (var client = client()) {
      client.raw(0x77, 0xff, 0, new byte[10]).raw(0x77, 0, 7, new byte[0]);
      client.raw(4, 0, 0, new byte[] {0x12, 0x34, 0, 0, 0, 1});
      client.raw(6, 0x80 - 2, 0, new byte[8]);
      assertThat(client.get(1, "/").answer(1).status).isEqualTo(200);
    }
  }
}
