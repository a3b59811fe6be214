package io.l7.bittorrent.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Tracker;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HttpsTrackerTest {
  private static final Endpoint ANY = new Endpoint("127.0.0.1", 0);

  @Test
  void anAnnounceIsAnsweredUnderTlsAndTheUrlSaysSo() throws Exception {
    try (var tracker = Tracker.builder().https(ANY, TlsIdentity.selfSigned("localhost")).start();
        var client = HttpClient.builder().trust(TlsTrust.insecure()).build()) {
      assertThat(tracker.announceUrl()).startsWith("https://127.0.0.1:").endsWith("/announce");
      var url =
          tracker.announceUrl()
              + "?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=6881&left=1";
      var response = client.send(Request.get(url));
      try (var body = response.body()) {
        var text = new String(body.bytes(10_000), StandardCharsets.ISO_8859_1);
        assertThat(text).startsWith("d8:completei0e10:incompletei1e8:intervali");
      }
    }
  }
}
