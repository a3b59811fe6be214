package io.l7.cli.lab;

import io.l7.common.link.Wire;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Name;
import io.l7.lab.Lab;
import io.l7.lab.dashboard.Dashboard;
import io.l7.lab.dashboard.Dashboard.Action;
import io.l7.lab.world.LabHost;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** What the dashboard of the textbook's world can do to it. */
final class Buttons {
  private Buttons() {}

  static void on(Dashboard page, Lab lab) {
    page.action(new Action("mail", "Send a mail", () -> mail(lab)));
    page.action(
        new Action(
            "cut", "Cut the link crepes.fr – hamburger.edu", () -> link(lab, Wire.State.CUT)));
    page.action(new Action("mend", "Mend the link", () -> link(lab, Wire.State.WHOLE)));
    page.action(new Action("flush", "Forget cached names", () -> flush(lab)));
  }

  private static String mail(Lab lab) throws Exception {
    var letter =
        "From: alice@crepes.fr\r\nTo: bob@hamburger.edu\r\nSubject: It is "
            + Instant.now()
            + "\r\n\r\nHello from the dashboard.\r\n";
    lab.mail()
        .find("crepes.fr")
        .orElseThrow()
        .submit("alice", "bob@hamburger.edu", letter.getBytes(StandardCharsets.US_ASCII));
    return "alice's server has the mail and will deliver it";
  }

  private static String link(Lab lab, Wire.State state) {
    lab.world()
        .links()
        .cut(mailHost(lab, "crepes.fr").address(), mailHost(lab, "hamburger.edu").address(), state);
    return state == Wire.State.CUT ? "cut: mail waits in the queue" : "mended";
  }

  private static LabHost mailHost(Lab lab, String domain) {
    return lab.mail().find(domain).orElseThrow().host();
  }

  private static String flush(Lab lab) {
    lab.resolver().cache().flush(Name.ROOT, DnsCache.Scope.SUBTREE);
    return "the cache is empty: the next name is walked from the root";
  }
}
