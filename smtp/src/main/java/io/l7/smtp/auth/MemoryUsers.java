package io.l7.smtp.auth;

import io.l7.smtp.address.Mailbox;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Users kept in memory, for tests and laboratories. */
public final class MemoryUsers implements Users {
  private final Map<String, StoredPassword> users =
      Collections.synchronizedMap(new LinkedHashMap<>());

  /** Adds a user or changes the password; few rounds, for speed. */
  public MemoryUsers with(String address, String password) {
    users.put(
        Mailbox.of(address).canonical(),
        StoredPassword.of(password.toCharArray(), address.getBytes(StandardCharsets.UTF_8), 4096));
    return this;
  }

  @Override
  public List<String> names() {
    synchronized (users) {
      return List.copyOf(users.keySet());
    }
  }

  @Override
  public Optional<StoredPassword> password(String name) {
    return Optional.ofNullable(users.get(name));
  }
}
