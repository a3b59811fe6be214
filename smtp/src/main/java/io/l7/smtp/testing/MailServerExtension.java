package io.l7.smtp.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh {@link MailServer} for each test.
 *
 * <pre>{@code
 * @RegisterExtension MailServerExtension mail = MailServerExtension.of("hamburger.edu", "bob");
 * }</pre>
 */
public final class MailServerExtension implements BeforeEachCallback, AfterEachCallback {
  private final String domain;
  private final List<String> users;
  private @Nullable MailServer server;

  private MailServerExtension(String domain, List<String> users) {
    this.domain = domain;
    this.users = users;
  }

  /** A server for a domain with these users. */
  public static MailServerExtension of(String domain, String... users) {
    return new MailServerExtension(domain, List.of(users));
  }

  /** The server of the running test. */
  public MailServer server() {
    var running = server;
    if (running == null) {
      throw new IllegalStateException("no test is running");
    }
    return running;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    server = MailServer.start(domain, users.toArray(String[]::new));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    server().close();
    server = null;
  }
}
