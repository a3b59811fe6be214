package io.l7.it;

import io.l7.common.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One page in a headless Chromium, driven by its DevTools protocol, which pages with live events
 * need.
 */
final class Chromium implements AutoCloseable {
  private static final String LISTENING = "DevTools listening on ws://";
  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger commands = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Json>> answers = new ConcurrentHashMap<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Chromium(Process process, String address) throws Exception {
    this.process = process;
    var pages = get("http://" + address + "/json/list");
    var page =
        pages.elements().stream()
            .filter(target -> target.at("type").text().equals("page"))
            .findFirst()
            .orElseThrow();
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(page.at("webSocketDebuggerUrl").text()), new Listener())
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Opens {@code url}; {@code folder} is for the browser's own files. */
  static Chromium open(Path program, Path folder, String url) throws Exception {
    var process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1360,900",
                "about:blank")
            .redirectErrorStream(true)
            .start();
    try {
      var browser = new Chromium(process, address(process.inputReader()));
      for (var domain : List.of("Runtime", "Log", "Page")) browser.command(domain + ".enable");
      browser.command("Page.navigate", Map.of("url", url));
      return browser;
    } catch (Exception e) {
      kill(process);
      throw e;
    }
  }

  private static String address(BufferedReader said) throws IOException {
    for (var line = said.readLine(); line != null; line = said.readLine()) {
      if (!line.startsWith(LISTENING)) continue;
      Thread.ofVirtual().start(() -> said.lines().forEach(rest -> {})); // or it would block
      return line.substring(LISTENING.length(), line.indexOf('/', LISTENING.length()));
    }
    throw new IOException("the browser ended at once");
  }

  private Json get(String url) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url)).build();
    return Json.parse(http.send(request, BodyHandlers.ofString()).body());
  }

  private Json command(String method) throws Exception {
    return command(method, Map.of());
  }

  private Json command(String method, Map<String, Object> parameters) throws Exception {
    int id = commands.incrementAndGet();
    var answer = new CompletableFuture<Json>();
    answers.put(id, answer);
    var text = Json.object().put("id", id).put("method", method).put("params", parameters);
    socket.sendText(text.build().toString(), true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** What an expression of JavaScript comes to, as text; promises are waited for. */
  String evaluate(String expression) throws Exception {
    var answer =
        command(
            "Runtime.evaluate",
            Map.of(
                "expression", "(async () => String(" + expression + "))()",
                "awaitPromise", true,
                "returnByValue", true));
    var result = answer.at("result");
    if (!result.at("exceptionDetails").isNull())
      throw new AssertionError(expression + ": " + result.at("exceptionDetails"));
    return result.at("result").at("value").text();
  }

  /** From now on the page's network is a link of this rate and delay. */
  void link(long bytesPerSecond, int latencyMs) throws Exception {
    command("Network.enable");
    command(
        "Network.emulateNetworkConditions",
        Map.of(
            "offline", false,
            "latency", latencyMs,
            "downloadThroughput", bytesPerSecond,
            "uploadThroughput", bytesPerSecond));
  }

  /** Everything on the page's console, and exceptions that nobody caught. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      message.append(part);
      if (last) {
        came(Json.parse(message.toString()));
        message.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void came(Json told) {
      if (!told.at("id").isNull()) {
        var answer = answers.remove((int) told.at("id").longValue());
        if (answer != null) answer.complete(told);
        return;
      }
      var what = told.at("params");
      switch (told.at("method").text()) {
        case "Runtime.exceptionThrown" -> complaints.add(what.at("exceptionDetails").toString());
        case "Runtime.consoleAPICalled" -> complaints.add(what.at("args").toString());
        case "Log.entryAdded" -> complaints.add(what.at("entry").at("text").text());
        default -> {}
      }
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    socket.abort();
    http.close();
    kill(process);
  }
}
