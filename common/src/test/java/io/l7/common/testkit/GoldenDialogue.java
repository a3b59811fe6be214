package io.l7.common.testkit;

import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Event.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A dialogue in a textbook's notation that is played both ways: once as the client against our
 * server, once as the server against our client. The notation is that of {@link
 * io.l7.common.transcript.Dialogue}, so that a transcript is nearly a test.
 *
 * <pre>
 * # A comment. What is not a comment, blank, or one of the following is an error.
 * S: 220 ${server=hamburger.edu} ESMTP     a line; CR LF follows it on the wire
 * C: EHLO ${client=crepes.fr}
 * S: 250-${server}                         the same text as the first time
 * ...                                      any lines of the side whose line is above, also none
 * S: 250 STARTTLS
 * C: STARTTLS
 * S: 220 go ahead
 * C~ NOOP                                  under TLS; the handshake comes before the first of these
 * S~ 250 2.0.0 OK
 * C~ raw octets, no line end\             escapes: \\ \t \r \n \xHH
 * C closes                                 the end of that side's stream; nothing comes behind it
 * </pre>
 *
 * <p>{@code ${name=sample}} is any text of at least one character when the other side says it, and
 * {@code sample} when we do; {@code ${name}} is what it was the first time. {@link #with} fixes a
 * value beforehand.
 *
 * <pre>{@code
 * var dialogue = GoldenDialogue.resource(MyTest.class, "helo.txt");
 * dialogue.playClient(server.address());              // our server under test
 * try (var peer = dialogue.playServer()) {            // our client under test
 *   client.greet(peer.address());
 *   peer.awaitEnd();
 * }
 * }</pre>
 *
 * <p>A deviation is an {@link AssertionError} that names the file, the line and what came instead.
 * Immutable.
 */
public final class GoldenDialogue {
  private static final int WAIT_SECONDS = 20;

  private final String name;
  private final List<GoldenScript.Step> steps;
  private final Map<String, String> given;
  private final Optional<TlsIdentity> identity;
  private final TlsTrust trust;

  private GoldenDialogue(
      String name,
      List<GoldenScript.Step> steps,
      Map<String, String> given,
      Optional<TlsIdentity> identity,
      TlsTrust trust) {
    this.name = name;
    this.steps = steps;
    this.given = Map.copyOf(given);
    this.identity = identity;
    this.trust = trust;
  }

  /** The dialogue that {@code text} writes down; {@code name} stands in errors. */
  public static GoldenDialogue parse(String name, String text) {
    return new GoldenDialogue(
        name, GoldenScript.parse(name, text), Map.of(), Optional.empty(), TlsTrust.insecure());
  }

  /** The dialogue of a file that lies beside {@code beside} among the test resources. */
  public static GoldenDialogue resource(Class<?> beside, String file) {
    try (var stream = beside.getResourceAsStream(file)) {
      if (stream == null) throw new AssertionError("no resource " + file + " beside " + beside);
      return parse(file, new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with a placeholder's value known beforehand, to both sides. */
  public GoldenDialogue with(String placeholder, String value) {
    var values = new HashMap<>(given);
    values.put(placeholder, value);
    return new GoldenDialogue(name, steps, values, identity, trust);
  }

  /** The same with who we are when we play a server that begins TLS. */
  public GoldenDialogue identity(TlsIdentity server) {
    return new GoldenDialogue(name, steps, given, Optional.of(server), trust);
  }

  /** The same with whom we trust when we play a client that begins TLS; anybody otherwise. */
  public GoldenDialogue trust(TlsTrust whom) {
    return new GoldenDialogue(name, steps, given, identity, whom);
  }

  /** Plays the client against a server over the machine's network, to the end. */
  public void playClient(InetSocketAddress server) {
    playClient(Network.real(), server);
  }

  /** Plays the client against a server, to the end. */
  public void playClient(Network network, InetSocketAddress server) {
    try (var connection = Dialer.over(network).dial(server)) {
      play(Side.CLIENT).run(connection);
    } catch (IOException e) {
      throw new AssertionError(name + ": as the client: " + e, e);
    }
  }

  /** Waits for one client on a free port of loopback and plays the server to it. */
  public Peer playServer() {
    return playServer(Network.real());
  }

  /** Waits for one client on a free port of loopback of {@code network}. */
  public Peer playServer(Network network) {
    return new Peer(network);
  }

  private GoldenPlay play(Side we) {
    return new GoldenPlay(name, steps, we, given, identity, trust);
  }

  /** A server that plays the dialogue to the first client that comes. */
  public final class Peer implements AutoCloseable {
    private final TcpServer server;
    private final CompletableFuture<Map<String, String>> played = new CompletableFuture<>();

    private Peer(Network network) {
      try {
        server =
            TcpServer.named("golden")
                .listen(Listener.tcp(new Endpoint("127.0.0.1", 0)))
                .network(network)
                .limits(ConnectionLimits.defaults().connections(1))
                .start(
                    connection -> {
                      try {
                        played.complete(play(Side.SERVER).run(connection));
                      } catch (AssertionError | IOException | RuntimeException e) {
                        played.completeExceptionally(e);
                      }
                    });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
      return server.address();
    }

    /**
     * Waits until the dialogue has been played.
     *
     * @return what stood for each placeholder
     * @throws AssertionError the client said something else, or nothing
     */
    public Map<String, String> awaitEnd() {
      try {
        return played.get(WAIT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        var cause = Objects.requireNonNull(e.getCause());
        throw new AssertionError(name + ": as the server: " + cause.getMessage(), cause);
      } catch (TimeoutException e) {
        throw new AssertionError(name + ": the client did not play it to its end", e);
      } catch (InterruptedException e) {
        throw new AssertionError(name + ": interrupted", e);
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
