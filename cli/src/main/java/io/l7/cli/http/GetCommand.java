package io.l7.cli.http;

import io.l7.cli.Errors;
import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Progress;
import io.l7.common.json.Json;
import io.l7.common.transcript.Dialogue;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientException;
import io.l7.http.client.Decoding;
import io.l7.http.client.Download;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 http get}: fetches a URL, with curl's habits. */
@Command(
    name = "get",
    description = {
      "Fetch a URL. The body alone goes to standard output.",
      "Exit status 1 when the answer is 400 or more, or ends early."
    })
final class GetCommand extends L7Command {
  private static final int BUFFER = 64 * 1024;

  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private RequestOptions asked = new RequestOptions();
  @Mixin private HeadOptions heads = new HeadOptions();
  @Mixin private RetryOptions retries = new RetryOptions();

  @Parameters(
      paramLabel = "URL",
      description = "http:// or https://; http:// where there is neither.")
  private String url = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the body to a file.")
  private @Nullable Path output;

  @Option(
      names = {"-O", "--remote-name"},
      description = "Write the body to a file named as the last part of the path.")
  private boolean remoteName;

  @Option(
      names = {"-C", "--continue-at"},
      paramLabel = "-",
      description = "With -o: fetch what the file still lacks.")
  private @Nullable String continueAt;

  @Option(names = "--compressed", description = "Ask for gzip, and unpack it.")
  private boolean compressed;

  @Option(
      names = {"-s", "--silent", "-S", "--show-error"},
      description = "Show no progress; errors are still told, with -S or without.")
  private boolean[] silent = {};

  @Option(
      names = {"-f", "--fail"},
      description = "Leave out the body of an answer of 400 or more.")
  private boolean fail;

  @Option(
      names = {"-w", "--write-out"},
      paramLabel = "FORMAT",
      description =
          "When all is there print this, with %%{http_code}, %%{time_total} and the like.")
  private @Nullable String writeOut;

  @Override
  protected int run() throws Exception {
    Request request = checkedRequest();
    try (HttpClient client =
        options
            .client(dialogue(Dialogue.Naming.BARE), asked.leftOut())
            .decoding(compressed ? Decoding.GZIP : Decoding.NONE)
            .heads(heads)
            .build()) {
      if (continueAt != null) {
        return resume(client, request);
      }
      long began = System.nanoTime();
      Response response = send(client, request);
      return deliver(response, began, System.nanoTime());
    } catch (ClientException e) {
      throw new Failure(url, options.words(e), e);
    } catch (IOException e) {
      String name = file().map(Path::toString).orElse("");
      if (name.isEmpty() || Errors.line(e).startsWith(name)) throw e; // it names the file itself
      throw new Failure(name, Errors.line(e), e);
    }
  }

  /** Sends a request; what heads there are is told even where no answer is. */
  private Response send(HttpClient client, Request request) throws IOException {
    try {
      return retries.send(client::send, request, this::showTrouble);
    } catch (ClientException e) {
      printHeads();
      throw e;
    } finally {
      heads.dump(octets());
    }
  }

  /** The heads alone, where no body comes to standard output behind them. */
  private void printHeads() throws IOException {
    if (file().isEmpty() && !json()) {
      heads.precede(octets());
    }
  }

  private void showTrouble(String trouble) {
    if (silent.length == 0) {
      err().println("l7: " + url + ": " + trouble);
      err().flush();
    }
  }

  /** All that may be wrong with what was typed, before anything is sent. */
  private Request checkedRequest() throws IOException {
    if (continueAt != null && !continueAt.equals("-")) {
      throw usage("-C takes - alone: where to go on is read off the file");
    }
    if (file().isEmpty() && continueAt != null) {
      throw usage("-C needs -o or -O");
    }
    try {
      if (continueAt != null && !asked.isPlainGet(heads.isAlone())) {
        throw usage("-C is for GET, and says by itself which bytes are asked for");
      }
      options.check();
      asked.check(heads.isAlone());
      WriteOut.check(writeOut == null ? "" : writeOut);
      return asked.request(url, heads.isAlone());
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private int resume(HttpClient client, Request request) throws IOException {
    Path file = file().orElseThrow();
    long had = Files.exists(file) ? Files.size(file) : 0;
    long began = System.nanoTime();
    var first = new AtomicLong();
    Download.Sender sender =
        ranged -> {
          Response response = send(client, ranged);
          first.set(System.nanoTime());
          return response;
        };
    try (var bar = new Progress(err(), file.toString(), 0)) {
      return switch (Download.resumed(
          sender, request, file, Optional.empty(), (at, _) -> show(bar, at))) {
        case Download.Outcome.Complete(Path _, long length, Response response) -> {
          if (json()) {
            out().println(describe(response, length));
          }
          boolean anew = response.status().code() == 200;
          printFigures(response, anew ? length : length - had, began, first.get());
          yield 0;
        }
        case Download.Outcome.Refused(Response response) -> {
          response.body().close();
          if (json()) {
            out().println(describe(response, 0));
          }
          // What it says is not written over what was fetched so far.
          throw failure(url, response.status() + "; " + file + " stays as it is");
        }
      };
    }
  }

  private void show(Progress bar, long at) {
    if (silent.length == 0) {
      bar.at(at);
    }
  }

  private Optional<Path> file() {
    if (output != null) {
      return Optional.of(output);
    }
    if (!remoteName) {
      return Optional.empty();
    }
    String path = ClientOptions.uri(url).getPath();
    String last = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    if (last.isEmpty() || last.equals("..") || last.equals(".")) {
      throw usage("-O: the URL's path names no file");
    }
    try {
      return Optional.of(Path.of(last));
    } catch (InvalidPathException e) {
      throw usage("-O: the URL's path names no file: " + e.getReason());
    }
  }

  private int deliver(Response response, long began, long first) throws IOException {
    boolean failed = response.status().isError();
    Optional<Path> file = file();
    long length = 0;
    if (failed && fail) {
      response.body().close();
      printHeads();
    } else if (file.isPresent()) {
      try (OutputStream out = Files.newOutputStream(file.get());
          var bar =
              new Progress(err(), file.get().toString(), response.body().length().orElse(0))) {
        length = copy(response, out, bar);
      }
    } else if (json()) {
      length = copy(response, OutputStream.nullOutputStream(), new Progress(err(), url, 0));
    } else {
      length = copy(response, octets(), new Progress(err(), url, 0));
    }
    if (json()) {
      out().println(describe(response, length));
    }
    printFigures(response, length, began, first);
    if (failed) {
      throw failure(url, response.status().toString());
    }
    return 0;
  }

  private void printFigures(Response response, long octets, long began, long first) {
    if (writeOut != null) {
      long now = System.nanoTime();
      var figures =
          new WriteOut(url, heads.version(), response, octets, first - began, now - began);
      out().print(figures.of(writeOut));
    }
  }

  private long copy(Response response, OutputStream out, Progress bar) throws IOException {
    if (!json()) {
      heads.precede(out);
    }
    boolean toFile = file().isPresent();
    long done = 0;
    try (InputStream in = response.body().open()) {
      var buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        done += count;
        if (toFile) {
          show(bar, done);
        }
      }
    }
    out.flush();
    return done;
  }

  private String describe(Response response, long length) {
    var fields = new ArrayList<Json>();
    for (Fields.Line line : response.fields()) {
      fields.add(Json.object().put("name", line.name()).put("value", line.value()).build());
    }
    return Json.object()
        .put("url", url)
        .put("status", response.status().code())
        .put("reason", response.status().reason())
        .put("fields", fields)
        .put("bytes", length)
        .build()
        .toString();
  }
}
