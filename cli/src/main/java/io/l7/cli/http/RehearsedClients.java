package io.l7.cli.http;

import io.l7.common.net.Endpoint;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Clients of a server that is being rehearsed, from one thread: many connections at once, requests
 * of several kinds, and ends of several kinds. What a compiler never saw happen it leaves out of
 * its code; so a server that had met only requests would be compiled anew when the first of its
 * clients leave.
 */
final class RehearsedClients {
  private static final int CONNECTIONS = 64;
  private static final int TURNS = 200;

  /** Plain requests for each three of another kind. */
  private static final int USUAL = 12;

  /** As a load generator or a health check asks. */
  private static final String PLAIN = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n";

  /** As a browser asks. */
  private static final String BROWSER =
      """
      GET %s HTTP/1.1
      Host: localhost
      Connection: keep-alive
      Cache-Control: max-age=0
      Upgrade-Insecure-Requests: 1
      User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
      Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8
      Accept-Language: en-US,en;q=0.5
      Accept-Encoding: gzip, deflate, br, zstd
      If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT

      """
          .replace("\n", "\r\n");

  private final Endpoint server;
  private final List<Client> clients = new ArrayList<>();

  private record Client(Socket socket, InputStream in) {}

  /** How a client leaves. */
  private enum Leaving {
    IN_PEACE,
    ANNOUNCED,
    WITH_RESET,
    HALF,
    WITHIN_HEAD,
    BEFORE_ANSWER
  }

  private static final Leaving[] WAYS = Leaving.values();

  RehearsedClients(Endpoint server) {
    this.server = server;
  }

  /** All of them come, ask and leave. */
  void visit(String page) throws IOException {
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < USUAL; i++) requests.add(octets(PLAIN.formatted(page)));
    requests.add(octets(BROWSER.formatted(page)));
    requests.add(octets(PLAIN.formatted(page + "?query")));
    requests.add(octets(PLAIN.formatted("/missing")));
    for (int i = 0; i < CONNECTIONS; i++) come();
    for (int turn = 0; turn < TURNS; turn++) ask(requests, turn);
    for (int i = 0; i < CONNECTIONS; i++) leave(clients.get(i), WAYS[i % WAYS.length], page);
    clients.clear();
  }

  private static byte[] octets(String request) {
    return request.getBytes(StandardCharsets.US_ASCII);
  }

  private void come() throws IOException {
    var socket = new Socket(server.host(), server.port());
    socket.setTcpNoDelay(true);
    clients.add(new Client(socket, new BufferedInputStream(socket.getInputStream())));
  }

  private void ask(List<byte[]> requests, int turn) throws IOException {
    for (int i = 0; i < clients.size(); i++) {
      byte[] request = requests.get((turn + i) % requests.size());
      clients.get(i).socket().getOutputStream().write(request);
    }
    for (var client : clients) answer(client.in());
  }

  private static void answer(InputStream in) throws IOException {
    var status = line(in);
    if (!status.startsWith("HTTP/1.1 ")) throw new IOException("no answer: " + status);
    long content = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:"))
        content = Long.parseLong(lower.substring("content-length:".length()).strip());
    }
    if (!status.startsWith("HTTP/1.1 304")) in.skipNBytes(content);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) throw new IOException("closed");
      if (octet != '\r') line.append((char) octet);
    }
    return line.toString();
  }

  private static void leave(Client client, Leaving how, String page) throws IOException {
    try (var socket = client.socket()) {
      var out = socket.getOutputStream();
      switch (how) {
        case IN_PEACE -> {}
        case ANNOUNCED -> {
          out.write(
              octets(PLAIN.formatted(page).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n")));
          client.in().readAllBytes();
        }
        case WITH_RESET -> socket.setSoLinger(true, 0);
        case HALF -> {
          socket.shutdownOutput();
          client.in().readAllBytes();
        }
        case WITHIN_HEAD -> out.write(octets("GET " + page));
        case BEFORE_ANSWER -> {
          out.write(octets(PLAIN.formatted(page)));
          socket.setSoLinger(true, 0);
        }
      }
    }
  }
}
