package io.l7.http.semantics;

import java.time.Instant;
import java.util.Optional;

/**
 * What identifies the state of a representation (RFC 9110 §8.8).
 *
 * @param lastModified whole seconds count
 */
public record Validators(Optional<EntityTag> tag, Optional<Instant> lastModified) {
  public static final Validators NONE = new Validators(Optional.empty(), Optional.empty());
}
