package io.l7.dns.replay;

import io.l7.dns.message.Message;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One message of a scenario with the rules of its use.
 *
 * @param match words that say what must agree
 * @param adjust words that say what is changed before it is sent
 * @param raw the packet itself, instead of a message
 */
record Entry(
    Set<String> match,
    Set<String> adjust,
    Message message,
    Optional<byte[]> raw,
    List<String> errors) {
  boolean matches(String word) {
    return match.contains(word);
  }

  boolean adjusts(String word) {
    return adjust.contains(word);
  }
}
