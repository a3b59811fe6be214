package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.lab.Textbook;
import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.story.Told;
import io.l7.lab.world.Hardship;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard in a real browser while the story is told. */
@Tag("interop")
class DashboardInteropTest {
  private static final int SEED = 1;
  private static final double PAINTED_WITHIN_MS = 500;

  @Test
  void everyPanelShowsDataAndTheConsoleStaysEmpty(@TempDir Path folder) throws Exception {
    var program = Programs.required("chromium", "chromium");
    try (var book = Textbook.start(SEED, Optional.empty(), Hardship.NONE);
        var page = Dashboard.start(book.lab().world(), Endpoint.parse("127.0.0.1:0"));
        var browser =
            Chromium.open(program, folder, "http://" + Endpoint.of(page.address()) + "/")) {
      book.buttons(page);
      assertThat(book.story().tell(told -> {}))
          .allSatisfy(told -> assertThat(told.verdict()).isEqualTo(Told.Verdict.OK));

      browser.evaluate("document.querySelector('#resolve button').click()");
      Eventually.holds("the tree of reasons", () -> count(browser, "#tree li") > 1);
      Eventually.holds("all steps done", () -> count(browser, "#steps [data-state=ok]") == 5);
      assertThat(count(browser, "#map-canvas .node")).isGreaterThan(20);
      assertThat(count(browser, "#map-canvas [data-down]")).as("the edge that died").isEqualTo(1);
      assertThat(count(browser, "#sequence .arrow")).isGreaterThan(20);
      assertThat(count(browser, "#sequence .cause-text")).isPositive();
      assertThat(browser.evaluate(AT_THE_END)).as("the chart follows").isEqualTo("true");
      assertThat(count(browser, "#swarm .peer")).as("a seed and five").isEqualTo(6);
      assertThat(count(browser, "#curve path")).isEqualTo(4);
      assertThat(count(browser, "#player path")).isGreaterThanOrEqualTo(3);
      Eventually.holds(
          "a transcript",
          () ->
              !browser
                  .evaluate("document.querySelector('#transcript').textContent.length")
                  .equals("0"));
      assertThat(Double.parseDouble(browser.evaluate(FIRST_PAINT))).isLessThan(PAINTED_WITHIN_MS);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static final String AT_THE_END =
      "(s => s.scrollTop + s.clientHeight >= s.scrollHeight -"
          + " 40)(document.querySelector('#sequence'))";

  private static final String FIRST_PAINT =
      "performance.getEntriesByName('first-contentful-paint')[0].startTime";

  private static int count(Chromium browser, String selector) throws Exception {
    return Integer.parseInt(
        browser.evaluate("document.querySelectorAll('" + selector + "').length"));
  }
}
