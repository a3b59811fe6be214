package io.l7.lab;

import io.l7.lab.story.DnsStep;
import io.l7.lab.story.HttpStep;
import io.l7.lab.story.MailStep;
import io.l7.lab.story.Step;
import io.l7.lab.story.Story;
import io.l7.lab.story.SwarmStep;
import io.l7.lab.story.VideoStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;

/** The world that the textbook draws, and its story. */
public final class Textbook {
  private static final String RANDOM = "L64X128MixRandom";

  private Textbook() {}

  /** Starts the world: crepes.fr and hamburger.edu with their mail, and a domain for students. */
  public static Lab start(long seed) throws IOException {
    return Lab.builder()
        .seed(seed)
        .signed()
        .domain("example.lab")
        .mail("crepes.fr", "alice")
        .mail("hamburger.edu", "bob")
        .start();
  }

  /**
   * The five steps on a world that {@link #start} made; without a video a clip is made for the
   * last.
   */
  public static Story story(Lab lab, long seed, Optional<Path> video) {
    var random = RandomGeneratorFactory.of(RANDOM).create(seed);
    List<Step> steps =
        List.of(
            new MailStep(lab.mail(), lab.world(), random),
            new DnsStep(lab.world()),
            new HttpStep(lab.world()),
            new SwarmStep(lab.world(), random),
            new VideoStep(lab.world(), video));
    return new Story(lab.world().events(), steps);
  }
}
