package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PeerBookTest {
  private static final long START = 5;
  private final PeerBook book = new PeerBook(PeerLimits.DEFAULT);

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  @Test
  void addressesThatMustNotBeDialledAreRefusedAndCounted() {
    book.own(at("127.0.0.1", 7000));
    assertThat(book.add(at("127.0.0.1", 7000), START)).isFalse();
    assertThat(book.add(at("10.0.0.1", 0), START)).isFalse();
    assertThat(book.add(at("10.0.0.1", 53), START)).isFalse();
    assertThat(book.add(at("224.0.0.1", 6881), START)).isFalse();
    assertThat(book.add(at("255.255.255.255", 6881), START)).isFalse();
    assertThat(book.add(at("0.0.0.0", 6881), START)).isFalse();
    assertThat(book.refused()).isEqualTo(6);
    assertThat(book.next(PeerBook.Wanted.ANYONE, START)).isEmpty();
  }

  @Test
  void tenThousandTimesOneAddressIsOneDial() {
    for (int i = 0; i < 10_000; i++) {
      book.add(at("10.0.0.1", 6881), START);
    }
    assertThat(book.size()).isEqualTo(1);
    assertThat(book.next(PeerBook.Wanted.ANYONE, START)).contains(at("10.0.0.1", 6881));
    assertThat(book.next(PeerBook.Wanted.ANYONE, START)).isEmpty();
  }

  @Test
  void aFailedAddressWaitsTwiceAsLongEachTime() {
    book.add(at("10.0.0.1", 6881), START);
    long now = START;
    for (int seconds : new int[] {5, 10, 20, 40}) {
      assertThat(book.next(PeerBook.Wanted.ANYONE, now)).isPresent();
      book.failed(at("10.0.0.1", 6881), now);
      assertThat(book.next(PeerBook.Wanted.ANYONE, now + Duration.ofSeconds(seconds).toNanos() - 1))
          .isEmpty();
      now += Duration.ofSeconds(seconds).toNanos();
    }
    assertThat(book.next(PeerBook.Wanted.ANYONE, now)).isPresent();
  }

  @Test
  void onceWeHaveEverythingWhoHasTooIsNotDialled() {
    var seed = at("10.0.0.1", 6881);
    book.add(seed, START);
    assertThat(book.next(PeerBook.Wanted.ANYONE, START)).contains(seed);
    book.ended(seed, START);
    book.complete(seed);
    long later = START + Duration.ofHours(1).toNanos();
    assertThat(book.next(PeerBook.Wanted.INCOMPLETE, later)).isEmpty();
    assertThat(book.next(PeerBook.Wanted.ANYONE, later)).contains(seed);
  }

  @Test
  void aBannedAddressIsForgottenAndNeverTakenAgain() {
    book.add(at("10.0.0.1", 6881), START);
    book.ban(at("10.0.0.1", 0).getAddress());
    assertThat(book.next(PeerBook.Wanted.ANYONE, START)).isEqualTo(Optional.empty());
    assertThat(book.add(at("10.0.0.1", 7000), START)).isFalse();
    assertThat(book.isBanned(at("10.0.0.1", 1).getAddress())).isTrue();
  }

  @Test
  void whatFailedMakesRoomInAFullBookForWhatWasNotTriedYet() {
    for (int i = 0; i < PeerLimits.DEFAULT.known(); i++) {
      book.add(at("10.1." + (i >> 8) + "." + (i & 255), 6881), START);
    }
    var honest = at("10.9.9.9", 6881);
    assertThat(book.add(honest, START)).isFalse();
    var junk = book.next(PeerBook.Wanted.ANYONE, START).orElseThrow();
    assertThat(book.add(honest, START)).as("it is being tried").isFalse();
    book.failed(junk, START);
    assertThat(book.add(honest, START)).isTrue();
    assertThat(book.add(at("10.9.9.8", 6881), START)).isFalse();
    assertThat(book.size()).isEqualTo(PeerLimits.DEFAULT.known());
  }

  @Test
  void noMoreThanTheLimitIsRemembered() {
    for (int i = 0; i < PeerLimits.DEFAULT.known() + 10; i++) {
      book.add(at("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 6881), START);
    }
    assertThat(book.size()).isEqualTo(PeerLimits.DEFAULT.known());
  }
}
