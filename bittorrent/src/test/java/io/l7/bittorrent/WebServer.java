package io.l7.bittorrent;

import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A web server of tests that keeps what it was asked: {@code /path bytes=0-9}. */
final class WebServer implements AutoCloseable {
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Where requests came from: one a connection. */
  final Set<InetSocketAddress> connections = ConcurrentHashMap.newKeySet();

  private final HttpServer server;

  WebServer(Handler handler) throws IOException {
    server =
        HttpServer.builder()
            .listen(new Endpoint("127.0.0.1", 0))
            .handler(
                request -> {
                  connections.add(request.exchange().remote());
                  asked.add(request.path() + " " + request.field("Range").orElse("all"));
                  return handler.handle(request);
                })
            .start();
  }

  static WebServer of(Path folder) throws IOException {
    return new WebServer(StaticFiles.of(folder).build());
  }

  /** Bytes of all ranges that were asked for. */
  long bytesAsked() {
    return asked.stream()
        .map(line -> line.replaceFirst(".*=", ""))
        .mapToLong(WebServer::length)
        .sum();
  }

  static long length(String range) {
    var ends = range.split("-", 2);
    return Long.parseLong(ends[1]) - Long.parseLong(ends[0]) + 1;
  }

  /** First and last byte a request asks for. */
  static long[] range(Request request) {
    var ends = request.field("Range").orElseThrow().replaceFirst(".*=", "").split("-", 2);
    return new long[] {Long.parseLong(ends[0]), Long.parseLong(ends[1])};
  }

  int port() {
    return server.address().getPort();
  }

  String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  @Override
  public void close() {
    server.close();
  }
}
