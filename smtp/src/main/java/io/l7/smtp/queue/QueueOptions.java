package io.l7.smtp.queue;

import java.time.Duration;

/**
 * The queue's own limits.
 *
 * @param schedule when to try again
 * @param concurrency couriers at once to one destination; 20, what Postfix gives one too
 * @param couriers couriers at once in all; each is a connection, and descriptors are needed for
 *     those who come in: a start makes everything that waits due at once
 * @param linger how long a courier keeps its connection with nothing to carry
 * @param settleAfter age at which a delivered file is forced to the disk even under load: by then
 *     the kernel has written it of its own (dirty_expire_centisecs is 30 s), and the force costs
 *     nothing
 * @param settleAtOnce unsettled deliveries up to which they are forced without waiting for that age
 * @param returnedOctets octets of a mail that a bounce returns whole; a longer one is returned as
 *     its header
 */
public record QueueOptions(
    RetrySchedule schedule,
    int concurrency,
    int couriers,
    Duration linger,
    Duration settleAfter,
    int settleAtOnce,
    int returnedOctets) {
  /** The defaults. */
  public static QueueOptions defaults() {
    return new QueueOptions(
        RetrySchedule.defaults(),
        20,
        500,
        Duration.ofSeconds(1),
        Duration.ofSeconds(35),
        256,
        64 << 10);
  }

  /** With another schedule. */
  public QueueOptions schedule(RetrySchedule other) {
    return new QueueOptions(
        other, concurrency, couriers, linger, settleAfter, settleAtOnce, returnedOctets);
  }

  /** With another linger. */
  public QueueOptions linger(Duration other) {
    return new QueueOptions(
        schedule, concurrency, couriers, other, settleAfter, settleAtOnce, returnedOctets);
  }

  /** With another number of couriers in all. */
  public QueueOptions couriers(int other) {
    return new QueueOptions(
        schedule, concurrency, other, linger, settleAfter, settleAtOnce, returnedOctets);
  }
}
