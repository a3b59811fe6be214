package io.l7.lab.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.lab.Lab;
import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.story.Told.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong in a story is told in one line, and the rest is told as well. */
class StoryTest {
  private Lab lab;

  @BeforeEach
  void start() throws IOException {
    lab = Lab.builder().domain("example.lab").start();
  }

  @AfterEach
  void close() {
    lab.close();
  }

  /** A step that does as it is told. */
  private record Scripted(String name, Optional<Exception> outcome) implements Step {
    @Override
    public Figures perform() throws Exception {
      if (outcome.isPresent()) throw outcome.get();
      return new Figures().put("all", "well");
    }
  }

  private List<Told> told(Step... steps) {
    return new Story(lab.world().events(), List.of(steps)).tell(step -> {});
  }

  @Test
  void aBrokenVideoFailsItsStepInOneLineAndTheRestIsTold(@TempDir Path folder) throws Exception {
    var broken = Files.writeString(folder.resolve("broken.mp4"), "this is no film");
    var all =
        told(
            new VideoStep(lab.world(), Optional.of(broken)),
            new Scripted("next", Optional.empty()));
    assertThat(all).extracting(Told::verdict).containsExactly(Verdict.FAILED, Verdict.OK);
    assertThat(all.getFirst().text()).contains("broken.mp4").doesNotContain("\n");
  }

  @Test
  void aStepWhoseMeansAreMissingIsLeftOutAndSaysWhy() {
    var why = new Step.LeftOut("no video: no ffmpeg on the PATH");
    var all = told(new Scripted("dash", Optional.of(why)), new Scripted("x", Optional.empty()));
    assertThat(all).extracting(Told::verdict).containsExactly(Verdict.LEFT_OUT, Verdict.OK);
    assertThat(all.getFirst().text()).isEqualTo("no video: no ffmpeg on the PATH");
  }

  /** Its hosts are the story's own: another peer there would take their ports. */
  @Test
  void nobodyJoinsTheSwarmBeforeTheStoryIsThroughWithIt() throws Exception {
    var swarm = new SwarmStep(lab.world(), new SplittableRandom(1));
    Files.write(lab.world().folder().resolve("film.bin"), new byte[3_000_000]);
    assertThat(swarm.joinOneMore()).startsWith("wait");
  }

  @Test
  void aTakenDashboardPortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var endpoint = Endpoint.of((InetSocketAddress) taken.getLocalSocketAddress());
      assertThatThrownBy(() -> Dashboard.start(lab.world(), endpoint))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(endpoint.toString());
    }
  }

  @Test
  void aStoryWhoseWorldGoesAwayIsToldNoFurther() {
    var stories = new Story[1];
    var all = new ArrayList<Told>();
    Step closing =
        new Step() {
          @Override
          public String name() {
            return "closing";
          }

          @Override
          public Figures perform() {
            stories[0].breakOff();
            throw new IllegalStateException("closed under my feet");
          }
        };
    var first = new Scripted("first", Optional.empty());
    stories[0] = new Story(lab.world().events(), List.of(first, closing, first));
    assertThat(stories[0].tell(all::add)).extracting(Told::step).containsExactly("first");
    assertThat(all).hasSize(1);
  }
}
