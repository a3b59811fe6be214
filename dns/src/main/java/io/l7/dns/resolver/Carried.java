package io.l7.dns.resolver;

import io.l7.dns.message.Question;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What one response said of names further down the chain of aliases. One thread. */
final class Carried {
  /** The part of a response that speaks of one name, and how far it may be believed. */
  record Part(Iteration.Result result, Links.Standing standing) {}

  private final Map<Question, Part> parts = new HashMap<>();

  void put(Question question, Part part) {
    parts.put(question, part);
  }

  Optional<Part> take(Question question) {
    return Optional.ofNullable(parts.remove(question));
  }
}
