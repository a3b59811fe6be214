package io.l7.lab.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.dns.message.RRType;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LabExtensionTest {
  @RegisterExtension
  final LabExtension lab =
      LabExtension.with(
          b ->
              b.mail("crepes.fr", "alice")
                  .mail("hamburger.edu", "bob")
                  .site("www.example.lab", request -> Response.text("hello")));

  @Test
  void aTestMailsAndAsksWhatCameAndWhoWasAsked() throws Exception {
    lab.send("alice@crepes.fr", "bob@hamburger.edu", "Subject: Hi\n\nDo you like ketchup?\n");
    assertThat(lab.mail("bob@hamburger.edu").expectOne().field("subject")).isEqualTo("Hi");
    assertThat(lab.dns().asked("hamburger.edu", RRType.MX)).endsWith("dns.hamburger.edu");
    lab.dns().neverAsked("crepes.fr", RRType.MX);
  }

  @Test
  void anAssertionThatFailsSaysWhatWasAskedInstead() {
    assertThat(lab.lab().resolver().lookup("www.example.lab.", RRType.A).data()).hasSize(1);
    assertThatThrownBy(() -> lab.dns().asked("example.lab", RRType.MX))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("www.example.lab. A of dns.example.lab");
    assertThatThrownBy(() -> lab.dns().neverAsked("www.example.lab", RRType.A))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("dns.example.lab");
  }

  @Test
  void aTestSeesNothingOfAnother() throws Exception {
    assertThat(lab.mail("bob@hamburger.edu").list()).isEmpty();
    assertThat(lab.dns().times("hamburger.edu", RRType.MX)).isZero();
  }

  @Test
  void theBrowserTrustsTheLab() throws Exception {
    var response = lab.browser().send(Request.get(lab.url("https", "www.example.lab", "/")));
    assertThat(response.body().text(100)).isEqualTo("hello");
  }

  @Test
  void anUnknownSenderIsNamed() {
    assertThatThrownBy(() -> lab.send("eve@nowhere.org", "bob@hamburger.edu", "\n"))
        .hasMessageContaining("eve@nowhere.org");
  }
}
