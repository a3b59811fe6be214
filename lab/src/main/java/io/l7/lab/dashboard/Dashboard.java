package io.l7.lab.dashboard;

import io.l7.common.idna.Idna;
import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.transcript.Dialogue;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.http.HttpServer;
import io.l7.http.events.EventStream;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page at {@code /}, its files, {@code /events} as server-sent events, and a few answers under
 * {@code /api/}. Listens where it is told to; everything it needs is in the jar.
 */
public final class Dashboard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);
  private static final Map<String, String> TYPES =
      Map.of(
          "html",
          "text/html; charset=utf-8",
          "css",
          "text/css; charset=utf-8",
          "js",
          "text/javascript; charset=utf-8");
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  private final World world;
  private final HttpServer server;
  private final TrafficPulse pulse;
  private final Visitors visitors;
  private final Map<String, Action> actions = new LinkedHashMap<>();
  private volatile boolean closed;

  /** Something a button does. */
  public record Action(String id, String label, Work work) {}

  /** What a button does; the text says what became of it. */
  @FunctionalInterface
  public interface Work {
    /** Does it. */
    String run() throws Exception;
  }

  private Dashboard(World world, Endpoint endpoint) throws IOException {
    this.world = world;
    this.visitors = new Visitors(endpoint.host());
    this.server = HttpServer.builder().listen(endpoint).handler(this::answer).start();
    this.pulse = new TrafficPulse(world, this::announce);
  }

  /** Serves the dashboard of {@code world}. */
  public static Dashboard start(World world, Endpoint endpoint) throws IOException {
    return new Dashboard(world, endpoint);
  }

  /** The address it listens on. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** Adds a button. */
  public void action(Action action) {
    synchronized (actions) {
      actions.put(action.id(), action);
    }
    announce();
  }

  /** Tells all who look what the world is made of now. */
  public void announce() {
    var hosts = new ArrayList<Json>();
    for (var host : world.hosts().all()) hosts.add(host(host));
    var buttons = new ArrayList<Json>();
    synchronized (actions) {
      actions
          .values()
          .forEach(
              a -> buttons.add(Json.object().put("id", a.id()).put("label", a.label()).build()));
    }
    world.events().publish("world", Json.object().put("hosts", hosts).put("actions", buttons));
  }

  private static Json host(LabHost host) {
    return Json.object()
        .put("name", host.name())
        .put("address", host.address().getHostAddress())
        .put("role", host.role().label())
        .build();
  }

  private Response answer(Request request) throws Exception {
    var path = request.path();
    var stranger = visitors.refusal(request);
    if (stranger.isPresent()) return Response.error(Status.FORBIDDEN, stranger.get());
    if (path.startsWith("/api/do/") && request.method().equals(Method.POST))
      return act(path.substring("/api/do/".length()));
    if (!request.method().equals(Method.GET) && !request.method().equals(Method.HEAD)) {
      return Response.error(Status.METHOD_NOT_ALLOWED).with("Allow", "GET, HEAD");
    }
    if (path.equals("/events")) return EventStream.response(this::events);
    if (path.startsWith("/api/transcript/"))
      return transcript(path.substring("/api/transcript/".length()));
    if (path.equals("/api/resolve")) return resolve(request.query().orElse(""));
    if (path.startsWith("/api/resolve/")) {
      var parts = path.substring("/api/resolve/".length()).split("/", 2);
      return resolve(parts[0], parts.length > 1 ? parts[1] : "A");
    }
    return file(path.equals("/") ? "index.html" : path.substring(1));
  }

  private Response file(String name) throws IOException {
    if (!name.matches("[a-z]+\\.(html|css|js)")) return Response.error(Status.NOT_FOUND);
    try (var resource = Dashboard.class.getResourceAsStream("/io/l7/lab/dashboard/" + name)) {
      if (resource == null) return Response.error(Status.NOT_FOUND);
      var type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      return Response.ok(java.util.Objects.requireNonNull(type), Body.of(resource.readAllBytes()))
          .with("Content-Security-Policy", "frame-ancestors 'none'");
    }
  }

  private void events(EventStream page) throws IOException, InterruptedException {
    try (var subscription = world.events().subscribe()) {
      page.whenEnding(subscription::wake);
      while (!closed && !subscription.isBehind()) {
        var event = subscription.next(KEEP_ALIVE);
        if (event.isNull()) page.comment("still here");
        else page.send(event.toString());
      }
    }
  }

  private Response transcript(String connection) {
    var text = new StringBuilder();
    var dialogue = new Dialogue(line -> text.append(line).append('\n'), Dialogue.Naming.BARE);
    world.dialogues().events(connection).forEach(dialogue::event);
    return Response.text(text.toString());
  }

  private static Map<String, String> parameters(String query) {
    var parameters = new HashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals >= 0)
        parameters.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return parameters;
  }

  private Response resolve(String query) {
    try {
      var asked = parameters(query);
      var name = asked.getOrDefault("name", "").strip();
      return resolve(Idna.toAscii(name), asked.getOrDefault("type", "A"));
    } catch (IllegalArgumentException e) {
      return Response.error(Status.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private Response resolve(String typed, String type) {
    try {
      var name = Name.parse(typed.endsWith(".") ? typed : typed + ".");
      var question = Question.of(name, RRType.parse(type));
      var explanation = world.resolver().explanation(question);
      world.resolver().lookup(question, explanation);
      return Response.json(Explanations.json(explanation).toString());
    } catch (IllegalArgumentException e) {
      return Response.error(Status.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private Response act(String id) {
    Action action;
    synchronized (actions) {
      action = actions.get(id);
    }
    if (action == null) return Response.error(Status.NOT_FOUND);
    try {
      return Response.text(action.work().run());
    } catch (Exception e) {
      LOG.warn("{} failed: {}", action.label(), e.toString());
      return Response.error(Status.INTERNAL_SERVER_ERROR, action.label() + ": " + e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    pulse.close();
    server.close();
  }
}
