package io.l7.smtp.auth;

import java.util.List;
import java.util.Optional;

/**
 * The people with a mailbox and a password. Thread-safe. A name is a canonical full address, {@code
 * bob@hamburger.edu}.
 */
public interface Users {
  /** All names, in the order of the file. */
  List<String> names();

  /** The password record of a user. */
  Optional<StoredPassword> password(String name);

  /** Nobody. */
  static Users none() {
    return new Users() {
      @Override
      public List<String> names() {
        return List.of();
      }

      @Override
      public Optional<StoredPassword> password(String name) {
        return Optional.empty();
      }
    };
  }
}
