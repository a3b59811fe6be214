package io.l7.dns.resolver;

import io.l7.dns.message.Message;

/** What came of sending one question to one server. */
public sealed interface Exchange {
  /** A response that fits the question: same id, same question, from the asked address. */
  record Answered(Message response) implements Exchange {}

  /** Nothing that fits arrived in time. */
  record TimedOut() implements Exchange {}

  /**
   * Octets that fit the question's id but are no message, or an answer whose question's letters
   * differ from those sent.
   */
  record Garbled(String why) implements Exchange {}

  /** Forged answers kept arriving; the question is better asked over TCP. */
  record Suspicious() implements Exchange {}

  /** The network refused. */
  record Failed(String why) implements Exchange {}
}
