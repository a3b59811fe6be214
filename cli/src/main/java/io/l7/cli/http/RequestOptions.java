package io.l7.cli.http;

import io.l7.cli.Passwords;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HostPort;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.semantics.BasicCredentials;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is asked for: method, fields and content of a request. */
final class RequestOptions {
  // RFC 9110 §14.1.2
  private static final Pattern RANGES = Pattern.compile("(\\d+-\\d*|-\\d+)(, ?(\\d+-\\d*|-\\d+))*");

  @Mixin private ContentOptions content = new ContentOptions();
  @Mixin private FieldOptions header = new FieldOptions();

  @Option(
      names = {"-r", "--range"},
      paramLabel = "A-B",
      description = "Ask for these bytes, counted from 0; A- and -N as well.")
  private @Nullable String range;

  @Option(
      names = {"-X", "--request"},
      paramLabel = "METHOD",
      description = "Use this method.")
  private @Nullable String method;

  @Option(
      names = {"-u", "--user"},
      paramLabel = "NAME[:PASSWORD]",
      description =
          "Log in by Basic authentication; it may stand in the URL as well. Without a password: ask"
              + " for it.")
  private @Nullable String user;

  @Option(
      names = {"-e", "--referer"},
      paramLabel = "URL",
      description = "Say where the request comes from.")
  private @Nullable String referer;

  /**
   * Looks over what was typed.
   *
   * @param head whether the header alone is asked for
   * @throws IllegalArgumentException something is wrong
   */
  void check(boolean head) {
    if (head && (content.isForm() || content.isUpload())) {
      throw new IllegalArgumentException("-I asks for a header, -d, -F and -T send content");
    }
    content.check();
  }

  /** Whether it is a GET of the whole. */
  boolean isPlainGet(boolean head) {
    return range == null && method(head).equals(Method.GET);
  }

  /** Names of fields that are not sent. */
  List<String> leftOut() {
    return header.leftOut();
  }

  /**
   * The request as it was typed; asks for a password that is not given.
   *
   * @throws IllegalArgumentException something is wrong
   */
  Request request(String url, boolean head) throws IOException {
    URI target = ClientOptions.uri(content.url(url));
    Request request = Request.of(method(head), target);
    Fields.Builder fields = Fields.builder();
    var login = user == null ? loginIn(target) : Optional.of(withPassword(user));
    login.ifPresent(pair -> fields.add(FieldNames.AUTHORIZATION, BasicCredentials.field(pair)));
    if (range != null) {
      if (!RANGES.matcher(range).matches()) {
        throw new IllegalArgumentException("--range: A-B, A- or -LAST, several with commas");
      }
      fields.add(FieldNames.RANGE, "bytes=" + range);
    }
    if (referer != null) {
      fields.add(FieldNames.REFERER, referer);
    }
    Fields given = header.given();
    for (Fields.Line line : given) {
      fields.remove(line.name());
    }
    Request whole = content.on(request.withFields(fields.addAll(given).build()));
    Fields.Builder kept = whole.fields().toBuilder();
    leftOut().stream().filter(name -> !given.contains(name)).forEach(kept::remove);
    return whole.withFields(kept.build());
  }

  private static String withPassword(String user) throws IOException {
    return user.indexOf(':') >= 0 ? user : user + ":" + Passwords.read("password for " + user);
  }

  /** Who logs in may stand before the host (RFC 3986 §3.2.1), as curl takes it. */
  private static Optional<String> loginIn(URI uri) {
    return HostPort.login(uri).map(login -> login.indexOf(':') >= 0 ? login : login + ":");
  }

  private Method method(boolean head) {
    if (method != null) {
      return Method.of(method);
    }
    if (head) {
      return Method.HEAD;
    }
    return content.isUpload() ? Method.PUT : content.isForm() ? Method.POST : Method.GET;
  }
}
