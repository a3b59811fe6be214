package io.l7.lab.story;

import io.l7.common.json.Json;
import io.l7.lab.events.LabEvents;
import io.l7.lab.story.Told.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Performs steps one after the other; one that fails does not keep the others from being told. */
public final class Story {
  private static final Logger LOG = LoggerFactory.getLogger(Story.class);

  private final LabEvents events;
  private final List<Step> steps;
  private volatile boolean brokenOff;

  /** A story of {@code steps}, shown on {@code events}. */
  public Story(LabEvents events, List<Step> steps) {
    this.events = events;
    this.steps = List.copyOf(steps);
  }

  /** Tells it; each step goes to {@code listener} when it is over. */
  public List<Told> tell(Consumer<Told> listener) {
    for (var step : steps) show(step.name(), "waiting", "");
    var all = new ArrayList<Told>();
    for (var step : steps) {
      show(step.name(), "running", "");
      var told = perform(step);
      // Of a step whose world went away in its middle nothing is known.
      if (brokenOff) break;
      show(
          step.name(),
          told.verdict() == Verdict.OK
              ? "ok"
              : told.verdict() == Verdict.FAILED ? "failed" : "waiting",
          told.text());
      all.add(told);
      listener.accept(told);
    }
    return List.copyOf(all);
  }

  /** Tells no more: the world goes away. */
  public void breakOff() {
    brokenOff = true;
    steps.forEach(Step::breakOff);
  }

  private static Told perform(Step step) {
    long start = System.nanoTime();
    try {
      var figures = step.perform();
      return new Told(step.name(), Verdict.OK, figures.line(), figures.values(), since(start));
    } catch (Step.LeftOut e) {
      return new Told(
          step.name(), Verdict.LEFT_OUT, String.valueOf(e.getMessage()), Map.of(), since(start));
    } catch (Exception | AssertionError e) {
      LOG.debug("step {} failed", step.name(), e);
      var why =
          e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().replace('\n', ' ');
      return new Told(step.name(), Verdict.FAILED, why, Map.of(), since(start));
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void show(String name, String state, String text) {
    events.publish("step", Json.object().put("name", name).put("state", state).put("text", text));
  }
}
