package io.l7.dns.replay;

/** What came of a scenario. */
public sealed interface Verdict {
  /**
   * It went as written.
   *
   * @param unscripted upstream questions that no entry of the scenario foresees
   */
  record Passed(int unscripted) implements Verdict {}

  /** It did not. */
  record Failed(String why) implements Verdict {}

  /** It asks for something that is not there. */
  record Unsupported(String why) implements Verdict {}
}
