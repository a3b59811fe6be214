package io.l7.dash.abr;

/**
 * The constants of the planning rule, tuned on the even-numbered traces of the public 3G and 4G
 * sets, each begun at its start and in its middle.
 *
 * @param fastHalfLifeMs half-life of the estimate of the link's rate now, in transfer time
 * @param slowHalfLifeMs half-life of the rate the link is expected to return to
 * @param reversion share of the way (in log rate) back to the slow estimate within one request
 * @param spread standard deviation of a request's log rate around its prediction before any is
 *     measured
 * @param spreadWeight requests the initial spread counts for
 * @param spreadScale factor on the measured spread
 * @param riseWeight what the square of a miss upwards counts beside one downwards
 * @param outage chance that the link falls silent during a request, before any is measured
 * @param outageWeight requests that chance counts for
 * @param outageDrop how far (in log rate) an outage lies below the prediction
 * @param outageFall a request that missed by more than this (in log rate) met an outage
 * @param stallCost utility lost by one segment duration of stall
 * @param giveUpMs what the plan expects a lost request to cost before it is given up
 * @param lookMs what going on a little longer costs where the request is lost all the same
 * @param giveUpMargin how much better the alternative must look before a running request is given
 *     up
 */
record Tuning(
    double fastHalfLifeMs,
    double slowHalfLifeMs,
    double reversion,
    double spread,
    double spreadWeight,
    double spreadScale,
    double riseWeight,
    double outage,
    double outageWeight,
    double outageDrop,
    double outageFall,
    double stallCost,
    double giveUpMs,
    double lookMs,
    double giveUpMargin) {

  static final Tuning DEFAULT =
      new Tuning(560, 60_000, 0.15, 0.4, 8, 0.6, 0.45, 0.006, 50, 3, 2.4, 5, 4800, 800, 0.63);
}
