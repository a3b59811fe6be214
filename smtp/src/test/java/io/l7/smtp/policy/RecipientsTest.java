package io.l7.smtp.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.smtp.address.ForwardPath;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.message.Target;
import io.l7.smtp.policy.Recipients.Found;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Aliases, subaddresses, the postmaster and the catch-all, in this order. */
class RecipientsTest {
  @TempDir private Path folder;

  private Recipients recipients(String... lines) throws IOException {
    var file = Files.write(folder.resolve("aliases"), List.of(lines));
    var users =
        new MemoryUsers().with("bob@hamburger.edu", "x").with("alice+vip@hamburger.edu", "x");
    return new Recipients(
        List.of("hamburger.edu", "Shop.Example"), users, Aliases.read(file, "hamburger.edu"));
  }

  private static Found found(String... targets) {
    return new Found.Targets(
        List.of(targets).stream()
            .map(
                t ->
                    t.endsWith("@hamburger.edu")
                        ? new Target.Local(t)
                        : (Target) new Target.Remote(Mailbox.of(t)))
            .toList());
  }

  private static Found find(Recipients recipients, String address) {
    return recipients.find(Mailbox.of(address));
  }

  @Test
  void aUserIsFoundWhateverTheCase() throws IOException {
    assertThat(find(recipients(), "BoB@HAMBURGER.edu")).isEqualTo(found("bob@hamburger.edu"));
    assertThat(find(recipients(), "rob@hamburger.edu")).isEqualTo(new Found.NobodyHere());
    assertThat(find(recipients(), "bob@crepes.fr")).isEqualTo(new Found.Elsewhere());
    assertThat(find(recipients(), "bob@shop.example"))
        .as("a name is one domain's")
        .isEqualTo(new Found.NobodyHere());
  }

  @Test
  @Spec("RFC 5233 §1")
  void aSubaddressIsItsUsersUnlessItIsSomebodysOwn() throws IOException {
    var r = recipients("sales: bob");
    assertThat(find(r, "bob+lists@hamburger.edu")).isEqualTo(found("bob@hamburger.edu"));
    assertThat(find(r, "sales+x+y@hamburger.edu")).isEqualTo(found("bob@hamburger.edu"));
    assertThat(find(r, "alice+vip@hamburger.edu")).isEqualTo(found("alice+vip@hamburger.edu"));
    assertThat(find(r, "alice@hamburger.edu")).isEqualTo(new Found.NobodyHere());
    assertThat(find(r, "+bob@hamburger.edu")).isEqualTo(new Found.NobodyHere());
  }

  @Test
  void anAliasMayLeadToSeveralAndElsewhereAndThroughOthers() throws IOException {
    var r = recipients("all: sales, carol@far.example, bob", "sales: Bob", "bob@shop.example: all");
    assertThat(find(r, "all@hamburger.edu"))
        .isEqualTo(found("bob@hamburger.edu", "carol@far.example"));
    assertThat(find(r, "bob@shop.example"))
        .isEqualTo(found("bob@hamburger.edu", "carol@far.example"));
  }

  @Test
  void aliasesThatGoRoundLeadNowhere() throws IOException {
    var r = recipients("one: two", "two: one", "three: three, bob");
    assertThat(find(r, "one@hamburger.edu")).isEqualTo(new Found.NobodyHere());
    assertThat(find(r, "three@hamburger.edu")).isEqualTo(found("bob@hamburger.edu"));
  }

  @Test
  void aUserWhoseMailGoesOnMayKeepACopy() throws IOException {
    var r = recipients("bob: bob, carol@far.example", "all: bob, alice+vip", "alice+vip: all");
    var both = found("bob@hamburger.edu", "carol@far.example");
    assertThat(find(r, "bob@hamburger.edu")).isEqualTo(both);
    assertThat(find(r, "Bob+lists@hamburger.edu")).isEqualTo(both);
    assertThat(find(r, "all@hamburger.edu")).isEqualTo(both);
    assertThat(find(r, "alice+vip@hamburger.edu"))
        .isEqualTo(found("bob@hamburger.edu", "carol@far.example", "alice+vip@hamburger.edu"));
  }

  @Test
  void theCatchAllGetsWhatNobodyElseGets() throws IOException {
    var r = recipients("@shop.example: bob", "info@shop.example: carol@far.example");
    assertThat(find(r, "anything+at.all@shop.example")).isEqualTo(found("bob@hamburger.edu"));
    assertThat(find(r, "info@shop.example")).isEqualTo(found("carol@far.example"));
    assertThat(find(r, "anything@hamburger.edu")).isEqualTo(new Found.NobodyHere());
  }

  @Test
  @Spec("RFC 5321 §4.5.1")
  void thePostmasterIsAlwaysThere() throws IOException {
    var r = recipients("@shop.example: carol@far.example");
    for (var domain : List.of("hamburger.edu", "shop.example")) {
      assertThat(find(r, "Postmaster@" + domain)).isEqualTo(found("bob@hamburger.edu"));
    }
    assertThat(r.find(r.address(new ForwardPath.Postmaster())))
        .isEqualTo(found("bob@hamburger.edu"));
    assertThat(find(recipients("postmaster: carol@far.example"), "postmaster@hamburger.edu"))
        .isEqualTo(found("carol@far.example"));
  }

  @Test
  void aFileThatIsWrongIsRefusedWithItsLine() {
    assertThatThrownBy(() -> recipients("# fine", "", "sales bob"))
        .hasMessageContaining("aliases:3: a colon is missing");
    assertThatThrownBy(() -> recipients("sales: b b")).hasMessageContaining("aliases:1: ");
  }
}
