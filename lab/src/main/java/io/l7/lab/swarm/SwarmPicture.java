package io.l7.lab.swarm;

import io.l7.common.json.Json;
import io.l7.lab.world.Hosts;
import io.l7.lab.world.LabHost;
import java.net.InetAddress;
import java.util.List;

/** A swarm as the dashboard draws it: a bar of pieces a peer, and an arrow to each it unchokes. */
final class SwarmPicture {
  private SwarmPicture() {}

  static Json.ObjectBuilder of(List<Member> members, Hosts hosts) {
    return Json.object().put("peers", members.stream().map(m -> peer(m, hosts)).toList());
  }

  private static Json peer(Member member, Hosts hosts) {
    var status = member.status();
    var unchoked =
        status.peers().stream()
            .filter(line -> line.view().unchokedByUs() && line.view().interestedInUs())
            .map(line -> arrow(name(line.address().getAddress(), hosts), line.view().takesFromUs()))
            .toList();
    var json =
        Json.object()
            .put("name", label(member.host().name()))
            .put("pieces", member.pieces())
            .put("down", status.downRate())
            .put("up", status.upRate())
            .put("unchoked", unchoked);
    member.took().ifPresent(seconds -> json.put("done", seconds));
    return json.build();
  }

  private static Json arrow(String to, double rate) {
    return Json.object().put("to", to).put("rate", rate).build();
  }

  private static String name(InetAddress address, Hosts hosts) {
    return hosts.at(address).map(LabHost::name).map(SwarmPicture::label).orElse("?");
  }

  private static String label(String host) {
    return host.substring(0, host.indexOf('.'));
  }
}
