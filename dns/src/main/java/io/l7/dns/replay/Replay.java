package io.l7.dns.replay;

import io.l7.dns.explain.Explanation;
import io.l7.dns.resolver.Feature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * Plays scenario files and judges them. A scenario that does not state its query minimisation must
 * pass with and without.
 */
public final class Replay {
  private final Scoring scoring;

  public Replay(Scoring scoring) {
    this.scoring = scoring;
  }

  /** What came of a scenario, with the explanation of the run that decided. */
  public record Outcome(Verdict verdict, List<Explanation> explanations) {}

  /** The scenario files a path stands for: itself, or those in a folder, by name. */
  public static List<Path> files(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (var all = Files.walk(path)) {
      return all.filter(file -> file.toString().endsWith(".rpl")).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Plays one file. */
  public Outcome play(Path file) throws IOException {
    return play(Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  /** Plays the text of a scenario. */
  public Outcome play(String text) {
    Scenario scenario;
    ScenarioConfig config;
    try {
      scenario = ScenarioReader.read(text);
      config = new ScenarioConfig(scenario);
    } catch (IllegalArgumentException e) {
      return new Outcome(new Verdict.Unsupported(String.valueOf(e.getMessage())), List.of());
    }
    if (config.unsupported.isPresent()) {
      return new Outcome(new Verdict.Unsupported(config.unsupported.get()), List.of());
    }
    var runs = new ArrayList<EnumSet<Feature>>();
    runs.add(config.features);
    if (!config.minimisationStated && scenario.dialect() == Scenario.Dialect.DECKARD) {
      var without = EnumSet.copyOf(config.features);
      without.remove(Feature.QUERY_MINIMISATION);
      runs.add(without);
    }
    Outcome last = new Outcome(new Verdict.Passed(0), List.of());
    for (EnumSet<Feature> features : runs) {
      var player = new Player(scenario, config, features, scoring, ScenarioConfig::validation);
      Verdict verdict = player.play();
      last = new Outcome(verdict, player.explanations());
      if (!(verdict instanceof Verdict.Passed)) {
        return last;
      }
    }
    return last;
  }
}
