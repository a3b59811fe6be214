package io.l7.bittorrent.bound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.json.Json;
import io.l7.common.testkit.Conformance;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class BoundTest {
  private static double number(Json object, String name) {
    Json value = ((Json.Obj) object).members().get(name);
    return value instanceof Json.Num number ? number.number() : Double.POSITIVE_INFINITY;
  }

  private static Json member(Json object, String name) {
    return Objects.requireNonNull(((Json.Obj) object).members().get(name));
  }

  private static List<Json> list(Json object, String name) {
    return ((Json.Arr) member(object, name)).elements();
  }

  private static String text(Json object, String name) {
    return ((Json.Str) member(object, name)).value();
  }

  private static Json vectors() throws IOException {
    return Json.parse(
        Files.readString(Conformance.required("bittorrent").resolve("scenarios.json")));
  }

  private static double rate(Json value) {
    return value instanceof Json.Num number ? number.number() : Double.POSITIVE_INFINITY;
  }

  @Test
  void theScenariosHaveTheBoundsThatAreGiven() throws IOException {
    List<Json> scenarios = list(vectors(), "scenarios");
    assertThat(scenarios).hasSize(4);
    for (Json scenario : scenarios) {
      List<Capacity.Links> links = new ArrayList<>();
      for (int i = 0; i < list(scenario, "u_bps").size(); i++) {
        links.add(
            new Capacity.Links(
                rate(list(scenario, "u_bps").get(i)), rate(list(scenario, "d_bps").get(i))));
      }
      Capacity swarm = new Capacity(number(scenario, "F_bits"), number(scenario, "us_bps"), links);
      check(scenario, swarm);
      assertThat(Bound.clientServer(swarm).term().formula())
          .isEqualTo(text(scenario, "D_cs_binds"));
    }
  }

  @Test
  void theTextbooksTableComesOut() throws IOException {
    List<Json> rows = list(vectors(), "arithmetic");
    assertThat(rows).hasSize(9);
    for (Json row : rows) {
      Capacity.Links peer = new Capacity.Links(number(row, "ui_bps"), number(row, "di_bps"));
      check(
          row,
          new Capacity(
              number(row, "F_bits"),
              number(row, "us_bps"),
              Collections.nCopies((int) number(row, "N"), peer)));
    }
  }

  private static void check(Json expected, Capacity swarm) {
    assertThat(Bound.clientServer(swarm).seconds())
        .isCloseTo(number(expected, "D_cs_s"), within(0.1));
    assertThat(Bound.peerToPeer(swarm).seconds())
        .isCloseTo(number(expected, "D_p2p_s"), within(0.1));
    assertThat(Bound.peerToPeer(swarm).term().formula()).isEqualTo(text(expected, "D_p2p_binds"));
  }

  @Test
  void theCurveOfTheSwarmFlattensWhereTheServersIsALine() {
    List<DistributionCurve.Point> points =
        DistributionCurve.of(
            3600e6, 10e6, new Capacity.Links(1e6, Double.POSITIVE_INFINITY), List.of(1, 10, 1000));
    assertThat(points)
        .extracting(p -> p.clientServer().seconds())
        .containsExactly(360.0, 3600.0, 360_000.0);
    assertThat(points.getFirst().peerToPeer().seconds()).isEqualTo(360);
    assertThat(points.getLast().peerToPeer().seconds()).isCloseTo(3564.4, within(0.1));
  }

  @Test
  void theMeterReadsTheShareOfTheBoundThatWasUsed() {
    Capacity swarm =
        new Capacity(
            8e6, 1e6, Collections.nCopies(2, new Capacity.Links(1e6, Double.POSITIVE_INFINITY)));
    BoundMeter meter = new BoundMeter(swarm);
    assertThat(meter.read(5).efficiency()).isZero();
    meter.started(0);
    meter.delivered(1_000_000, 8_000_000_000L);
    assertThat(meter.read(8_000_000_000L).efficiency()).isCloseTo(0.5, within(1e-9));
    meter.delivered(1_000_000, 10_000_000_000L);
    BoundMeter.Reading done = meter.read(99_000_000_000L);
    assertThat(done.elapsedSeconds()).isEqualTo(10);
    assertThat(done.efficiency()).isCloseTo(0.8, within(1e-9));
    assertThat(done.bound().term()).isEqualTo(Bound.Term.SEED_UPLINK);
  }
}
