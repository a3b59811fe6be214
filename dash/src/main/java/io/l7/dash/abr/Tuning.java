package io.l7.dash.abr;

/**
 * The constants of the planning rule, tuned on the even-numbered traces of the public 3G and 4G
 * sets.
 *
 * @param fastHalfLifeMs half-life of the estimate of the link's rate now, in transfer time
 * @param slowHalfLifeMs half-life of the rate the link is expected to return to
 * @param reversion share of the way (in log rate) back to the slow estimate within one request
 * @param spread standard deviation of a request's log rate around its prediction before any is
 *     measured
 * @param spreadWeight requests the initial spread counts for
 * @param spreadScale factor on the measured spread
 * @param stallCost utility lost by one segment duration of stall
 * @param giveUpMs what the plan expects a lost request to cost before it is given up
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
    double stallCost,
    double giveUpMs,
    double giveUpMargin) {

  static final Tuning DEFAULT = new Tuning(950, 60_000, 0.15, 0.4, 8, 0.7, 5, 3000, 0.7);
}
