package io.l7.lab;

import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.story.DnsStep;
import io.l7.lab.story.HttpStep;
import io.l7.lab.story.MailStep;
import io.l7.lab.story.Story;
import io.l7.lab.story.SwarmStep;
import io.l7.lab.story.VideoStep;
import io.l7.lab.world.Hardship;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGeneratorFactory;

/** The world that the textbook draws, its story, and what a visitor can do to it. */
public final class Textbook implements AutoCloseable {
  private static final String RANDOM = "L64X128MixRandom";

  private final Lab lab;
  private final Story story;
  private final Buttons buttons;

  private Textbook(Lab lab, long seed, Optional<Path> video) {
    this.lab = lab;
    var random = RandomGeneratorFactory.of(RANDOM).create(seed);
    var swarm = new SwarmStep(lab.world(), random);
    var film = new VideoStep(lab.world(), video);
    this.story =
        new Story(
            lab.world().events(),
            List.of(
                new MailStep(lab.mail(), lab.world(), random),
                new DnsStep(lab.world()),
                new HttpStep(lab.world()),
                swarm,
                film));
    this.buttons = new Buttons(lab, swarm, film);
  }

  /**
   * Starts the world: crepes.fr and hamburger.edu with their mail, and a domain for students.
   *
   * @param video the film of the story; without one a clip is made when the story comes to it
   * @param hardship what the paths between hosts do at worst
   */
  public static Textbook start(long seed, Optional<Path> video, Hardship hardship)
      throws IOException {
    var lab =
        Lab.builder()
            .seed(seed)
            .signed()
            .hardship(hardship)
            .domain("example.lab")
            .mail("crepes.fr", "alice")
            .mail("hamburger.edu", "bob")
            .start();
    return new Textbook(lab, seed, video);
  }

  /** The world. */
  public Lab lab() {
    return lab;
  }

  /** The five steps. */
  public Story story() {
    return story;
  }

  /** Gives the page its buttons. */
  public void buttons(Dashboard page) {
    buttons.on(page);
  }

  @Override
  public void close() {
    story.breakOff();
    lab.close();
  }
}
