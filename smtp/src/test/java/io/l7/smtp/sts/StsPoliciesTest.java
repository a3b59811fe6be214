package io.l7.smtp.sts;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.sts.StsPolicy.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is fetched, when, and for how long it is relied on; in virtual time. */
class StsPoliciesTest {
  private static final Path FOLDER = Path.of("/store/mta-sts");
  private static final String EDU = "hamburger.edu";

  private CrashDisk disk = new CrashDisk();
  private final VirtualTime time = new VirtualTime();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, String> served = new HashMap<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private Consumer<String> beforeAnswer = domain -> {};
  private StsPolicies policies;

  @BeforeEach
  void start() throws IOException {
    policies =
        new StsPolicies(
            domain -> Optional.ofNullable(ids.get(domain)),
            domain -> {
              fetches.incrementAndGet();
              beforeAnswer.accept(domain);
              return Optional.ofNullable(served.get(domain))
                  .orElseThrow(() -> new IOException("404"));
            },
            disk,
            FOLDER,
            time);
  }

  @AfterEach
  void stop() {
    policies.close();
  }

  private void restart() throws IOException {
    policies.close();
    start();
  }

  private void publish(String id, String mode, Duration age) {
    ids.put(EDU, id);
    served.put(
        EDU, "version: STSv1\nmode: %s\nmx: mx.b\nmax_age: %d".formatted(mode, age.toSeconds()));
  }

  private Optional<Mode> mode() {
    return policies.policy(EDU).map(StsPolicy::mode);
  }

  @Test
  @Spec("RFC 8461 §5.1")
  void aPolicyIsFetchedOnceAndAgainWhenItsIdChanges() {
    assertThat(mode()).isEmpty();
    publish("1", "testing", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.TESTING);
    publish("1", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.TESTING);
    assertThat(fetches.get()).isEqualTo(1);
    publish("2", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.ENFORCE);
    assertThat(fetches.get()).isEqualTo(2);
  }

  @Test
  @Spec("RFC 8461 §5.1")
  void whoHoldsUpDnsAndHttpsTakesNoPolicyAway() throws IOException {
    publish("1", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.ENFORCE);
    served.clear();
    ids.put(EDU, "2");
    assertThat(mode()).contains(Mode.ENFORCE);
    ids.clear();
    assertThat(mode()).contains(Mode.ENFORCE);
    restart();
    assertThat(mode()).contains(Mode.ENFORCE);
    time.advance(Duration.ofDays(6));
    assertThat(mode()).contains(Mode.ENFORCE);
    time.advance(Duration.ofDays(1));
    assertThat(mode()).isEmpty();
    restart();
    assertThat(mode()).isEmpty();
    assertThat(disk.list(FOLDER)).isEmpty();
  }

  @Test
  @Spec("RFC 8461 §3.3")
  void aDomainWhosePolicyCannotBeHadIsAskedEveryFiveMinutesAtMost() {
    ids.put(EDU, "1");
    assertThat(mode()).isEmpty();
    assertThat(mode()).isEmpty();
    assertThat(fetches.get()).isEqualTo(1);
    publish("1", "enforce", Duration.ofDays(7));
    time.advance(Duration.ofMinutes(4));
    assertThat(mode()).isEmpty();
    time.advance(Duration.ofMinutes(1));
    assertThat(mode()).contains(Mode.ENFORCE);
  }

  @Test
  @Spec("RFC 8461 §3.3")
  void aPolicyIsFetchedAgainEachDayThoughNoMailGoesThere() {
    publish("1", "enforce", Duration.ofDays(3));
    assertThat(mode()).contains(Mode.ENFORCE);
    time.advance(Duration.ofDays(30));
    ids.clear();
    served.clear();
    assertThat(mode()).contains(Mode.ENFORCE);
    assertThat(fetches.get()).isBetween(28, 31);
  }

  @Test
  void aShortPolicyIsFetchedAgainAtHalfItsLife() {
    publish("1", "enforce", Duration.ofHours(6));
    assertThat(mode()).contains(Mode.ENFORCE);
    time.advance(Duration.ofHours(12));
    assertThat(fetches.get()).isEqualTo(5);
    assertThat(mode()).contains(Mode.ENFORCE);
  }

  @Test
  void aSilentHostHoldsUpNoOthersPolicyAndSoManyAreAskedAtOnce() {
    var domains = 3 * StsPolicies.AT_ONCE;
    for (var i = 0; i < domains; i++) {
      ids.put("d" + i + ".example", "1");
      served.put("d" + i + ".example", "version: STSv1\nmode: enforce\nmx: m.x\nmax_age: 604800");
      assertThat(policies.policy("d" + i + ".example")).isPresent();
    }
    var others = new CountDownLatch(domains - 1);
    var heldUp = new AtomicInteger();
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    beforeAnswer =
        domain -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          if (domain.equals("d0.example")) {
            heldUp.addAndGet(await(others) ? 0 : 1);
          } else {
            others.countDown();
          }
          now.decrementAndGet();
        };
    time.advance(Duration.ofDays(1));
    assertThat(heldUp.get()).as("waited for others, which waited for it").isZero();
    assertThat(others.getCount()).isZero();
    assertThat(most.get()).isBetween(2, StsPolicies.AT_ONCE);
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFileThatIsNoPolicyHarmsNobody() throws IOException {
    publish("1", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.ENFORCE);
    policies.close();
    disk.replace(
        FOLDER.resolve("crepes.fr.policy"), "1 2\nnothing".getBytes(StandardCharsets.UTF_8));
    disk.replace(FOLDER.resolve("a.example.policy"), new byte[100_000]);
    start();
    served.clear();
    assertThat(mode()).contains(Mode.ENFORCE);
    assertThat(policies.policy("crepes.fr")).isEmpty();
  }

  @Test
  void whatWasFetchedSurvivesAPowerCutOnceItIsWritten() throws IOException {
    publish("1", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.ENFORCE);
    policies.close();
    disk = disk.afterPowerCut();
    start();
    ids.clear();
    assertThat(mode()).contains(Mode.ENFORCE);
  }

  @Test
  void aDomainThatEndsAsAnUnfinishedFileDoesIsKeptToo() throws IOException {
    ids.put("x.new", "1");
    served.put("x.new", "version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 86400");
    assertThat(policies.policy("x.new")).isPresent();
    policies.close();
    start();
    ids.clear();
    assertThat(policies.policy("x.new")).isPresent();
  }

  @Test
  void noNameLeavesTheFolder() throws IOException {
    for (var domain : new String[] {"../../etc", "a/b", ".", ".."}) {
      ids.put(domain, "1");
      served.put(domain, "version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 86400");
      assertThat(policies.policy(domain)).isPresent();
    }
    policies.close();
    assertThat(disk.list(FOLDER)).isEmpty();
  }

  @Test
  void soManyDomainsAreKnownAndNoMore() throws IOException {
    for (var i = 0; i <= StsPolicies.MOST; i++) {
      ids.put("d" + i + ".example", "1");
      policies.policy("d" + i + ".example");
    }
    publish("1", "enforce", Duration.ofDays(7));
    assertThat(mode()).contains(Mode.ENFORCE);
    ids.clear();
    for (var i = 0; i < StsPolicies.MOST; i++) {
      ids.put("e" + i + ".example", "1");
      policies.policy("e" + i + ".example");
    }
    assertThat(mode()).isEmpty();
    policies.close();
    assertThat(disk.list(FOLDER)).isEmpty();
  }
}
