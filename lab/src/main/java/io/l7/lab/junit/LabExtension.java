package io.l7.lab.junit;

import io.l7.http.HttpClient;
import io.l7.lab.Lab;
import io.l7.lab.LabBuilder;
import io.l7.lab.mail.MailDrop;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A little Internet for tests.
 *
 * <pre>{@code
 * @RegisterExtension
 * final LabExtension lab =
 *     LabExtension.with(b -> b.mail("crepes.fr", "alice").mail("hamburger.edu", "bob"));
 * }</pre>
 *
 * <p>In an instance field each test has a lab of its own; in a static field the tests of the class
 * share one. Tests may run in parallel either way. When a test fails, what was said in its lab is
 * kept in {@code target/lab/TEST}: dialogues as text, the same as a capture for Wireshark, and the
 * questions that name servers were asked.
 */
public final class LabExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Path FOLDER = Path.of("target", "lab");
  private static final String CLIENT = "test.lab";

  private final Consumer<LabBuilder> description;
  private final Path evidence;
  private @Nullable Lab lab;
  private @Nullable HttpClient browser;
  private String owner = "";

  private LabExtension(Consumer<LabBuilder> description, Path evidence) {
    this.description = description;
    this.evidence = evidence;
  }

  /** Labs that {@code description} describes. */
  public static LabExtension with(Consumer<LabBuilder> description) {
    return new LabExtension(description, FOLDER);
  }

  /** The same, with evidence of failures in folders of {@code folder}. */
  public LabExtension evidence(Path folder) {
    return new LabExtension(description, folder);
  }

  /** The lab itself. */
  public synchronized Lab lab() {
    if (lab == null) throw new IllegalStateException("no test is running");
    return lab;
  }

  /** The mailbox of {@code user@domain}. */
  public MailDrop mail(String address) {
    return lab().mail(address);
  }

  /** Submits a mail, header and all, as a user of a mail domain of the lab. */
  public void send(String from, String to, String mail) throws IOException {
    int at = from.lastIndexOf('@');
    var domain =
        lab()
            .mail()
            .find(from.substring(at + 1))
            .orElseThrow(() -> new IllegalArgumentException(from + ": no such domain in this lab"));
    var lines = mail.replace("\r\n", "\n").replace("\n", "\r\n");
    domain.submit(from.substring(0, at), to, lines.getBytes(StandardCharsets.UTF_8));
  }

  /** What the lab's name servers were asked. */
  public AskedQuestions dns() {
    return new AskedQuestions(lab().dns());
  }

  /** A web client in the lab, which trusts its authority; it is closed with the lab. */
  public synchronized HttpClient browser() {
    if (browser == null) browser = lab().world().own(lab().browser(client()));
    return browser;
  }

  /** The URL of a path on a site of the lab. */
  public String url(String scheme, String host, String path) {
    return lab().world().url(scheme, host, path);
  }

  private LabHost client() {
    return lab().world().hosts().make(CLIENT, Role.CLIENT);
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    start(context);
  }

  /** Whoever comes first owns the lab: the class of a static field, the test of another. */
  private synchronized void start(ExtensionContext context) throws IOException {
    if (lab != null) return;
    var builder = Lab.builder();
    description.accept(builder);
    lab = builder.start();
    owner = context.getUniqueId();
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    try {
      if (context.getExecutionException().isPresent()) keep(context);
    } finally {
      stop(context);
    }
  }

  private void keep(ExtensionContext context) throws IOException {
    var folder = Evidence.folder(evidence, context);
    Evidence.write(lab().world(), folder);
    context.publishReportEntry("lab", folder.toAbsolutePath().toString());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    stop(context);
  }

  private synchronized void stop(ExtensionContext context) {
    if (lab == null || !owner.equals(context.getUniqueId())) return;
    lab.close();
    lab = null;
    browser = null;
  }
}
