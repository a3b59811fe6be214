package io.l7.http.client;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server on a free port of loopback that says exactly what a test wants, and remembers what it
 * heard.
 */
public final class ScriptedServer implements AutoCloseable {
  /** What it does with one connection. */
  @FunctionalInterface
  public interface Script {
    void run(Conversation conversation) throws IOException;
  }

  private final ServerSocket socket;
  private final Script script;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private final Thread acceptor;

  public ScriptedServer(Script script) throws IOException {
    this.socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    this.script = script;
    this.acceptor = Thread.ofVirtual().start(this::accept);
  }

  /** Answers each request on each connection with these octets. */
  public static ScriptedServer answering(String answer) throws IOException {
    return new ScriptedServer(
        c -> {
          while (!c.wholeRequest().isEmpty()) {
            c.say(answer);
          }
        });
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        open.add(accepted);
        connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(accepted));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      script.run(new Conversation(this, accepted));
    } catch (IOException _) {
      // The client went away, as some tests make it do.
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  public String uri(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** How many connections were made. */
  public int connections() {
    return connections.get();
  }

  /** The heads of all requests, in the order they came. */
  public List<String> heads() {
    return List.copyOf(heads);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Socket s : open) {
      s.close();
    }
    acceptor.interrupt();
  }

  /** One connection as the script sees it. */
  public static final class Conversation {
    private final ScriptedServer server;
    private final WireReader in;
    private final OutputStream out;

    Conversation(ScriptedServer server, Socket socket) throws IOException {
      this.server = server;
      this.in = new WireReader(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** Reads a request to its end, chunks and all; one that ends early is not counted. */
    public String wholeRequest() throws IOException {
      String head = head();
      if (head.toLowerCase(java.util.Locale.ROOT).contains("transfer-encoding: chunked")) {
        in.chunked(io.l7.common.framing.ChunkLimits.defaults()).drain(1 << 24);
      }
      if (!head.isEmpty()) {
        server.heads.add(head);
      }
      return head;
    }

    /**
     * Reads the head of a request, empty at the end of the connection, and its content if it is
     * counted.
     */
    public String request() throws IOException {
      String head = head();
      if (!head.isEmpty()) {
        server.heads.add(head);
      }
      return head;
    }

    private String head() throws IOException {
      var head = new StringBuilder();
      int length = 0;
      while (true) {
        var line = in.line(64 * 1024, LineEnds.STRICT);
        if (line.isEmpty()) {
          return "";
        }
        String text = line.get().latin1();
        if (text.isEmpty()) {
          break;
        }
        if (text.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(text.substring(15).strip());
        }
        head.append(text).append("\r\n");
      }
      in.readFully(new byte[length]);
      return head.toString();
    }

    public void say(String octets) throws IOException {
      out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    public void say(byte[] octets) throws IOException {
      out.write(octets);
      out.flush();
    }

    public WireReader in() {
      return in;
    }
  }
}
