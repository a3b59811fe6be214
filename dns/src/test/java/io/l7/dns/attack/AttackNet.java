package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.simulation.SimulatedNet;
import io.l7.dns.simulation.SimulatedResolver;
import io.l7.dns.simulation.SimulatedServer;
import io.l7.dns.zone.ZoneText;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A root with three zones: {@code evil}, whose server does what an attacker likes, {@code victim},
 * in whose servers he is interested, and {@code good}, which bystanders ask for.
 */
final class AttackNet implements AutoCloseable {
  static final InetAddress EVIL = InetAddress.ofLiteral("192.0.2.66");
  static final InetAddress VICTIM = InetAddress.ofLiteral("192.0.2.99");
  static final Name VICTIM_ZONE = Name.parse("victim");
  private static final int DELAY = 20;

  final SimulatedResolver resolver;
  private final List<SimulatedResolver.Served> bystanders = new ArrayList<>();
  private int asked;

  AttackNet(SimulatedNet.Server evil) {
    var random = new SplittableRandom(7);
    resolver = new SimulatedResolver(random, 0);
    var tasks = resolver.tasks();
    resolver
        .root(
            "192.0.2.53",
            DELAY,
            new SimulatedServer(tasks)
                .serve(
                    ZoneText.parse(
                        ".",
                        """
                        evil 3600 NS ns.evil.
                        ns.evil 3600 A 192.0.2.66
                        victim 3600 NS ns.victim.
                        ns.victim 3600 A 192.0.2.99
                        good 3600 NS ns.good.
                        ns.good 3600 A 192.0.2.80
                        """)))
        .server("192.0.2.66", DELAY, evil)
        .server(
            "192.0.2.99",
            DELAY,
            new SimulatedServer(tasks).serve(ZoneText.parse("victim.", "www A 192.0.2.100\n")))
        .server(
            "192.0.2.80",
            DELAY,
            new SimulatedServer(tasks).serve(ZoneText.parse("good.", "* A 192.0.2.81\n")));
  }

  /** The same with a server that always answers. */
  static AttackNet answering(java.util.function.UnaryOperator<Message> evil) {
    return new AttackNet(SimulatedNet.Server.of(evil));
  }

  /** An attacker's question runs beside bystanders'; returns how it ended. */
  SimulatedResolver.Served attack(String name, RRType type) {
    var ended = new ArrayList<SimulatedResolver.Served>();
    resolver.ask(Question.of(Name.parse(name), type), ended::add);
    for (int i = 0; i < 10; i++) {
      bystander();
      resolver.pass(Duration.ofMillis(i < 5 ? 20 : 200));
    }
    for (int second = 0; second < 30 && ended.isEmpty(); second++) {
      bystander();
      resolver.pass(Duration.ofSeconds(1));
    }
    assertThat(ended).as("the attacker's question ends").hasSize(1);
    return ended.getFirst();
  }

  /** Someone else asks for something new. */
  void bystander() {
    Question question = Question.of(Name.parse("www" + asked++ + ".good"), RRType.A);
    resolver.ask(question, bystanders::add);
  }

  /** Share of the bystanders that had their answer within a second. */
  double servedWithinASecond() {
    resolver.pass(Duration.ofSeconds(30));
    long quick =
        bystanders.stream()
            .filter(
                served ->
                    served.took().toMillis() <= 1000
                        && served
                            .response()
                            .filter(response -> !response.answer().isEmpty())
                            .isPresent())
            .count();
    return (double) quick / asked;
  }

  int sent() {
    return resolver.net().sent();
  }

  /** Octets of all questions, bystanders' too. */
  long octetsSent() {
    return resolver.net().octetsSent();
  }

  int sentToVictim() {
    return resolver.net().sentTo(VICTIM);
  }

  int sentToEvil() {
    return resolver.net().sentTo(EVIL);
  }

  static Name asked(Message query) {
    return query.questions().getFirst().name();
  }

  static ResourceRecord record(Name owner, RRType type, Rdata data) {
    return ResourceRecord.of(owner, type, 3600, data);
  }

  static Message answer(Message query, ResourceRecord... records) {
    return Message.responseTo(query, Rcode.NOERROR)
        .with(Flag.AA)
        .withSections(Arrays.asList(records), List.of(), List.of());
  }

  static Message referral(Message query, List<ResourceRecord> servers) {
    return Message.responseTo(query, Rcode.NOERROR).withSections(List.of(), servers, List.of());
  }

  static Message nameError(Message query, String zone) {
    Name apex = Name.parse(zone);
    var soa = record(apex, RRType.SOA, new Soa(apex, apex, 1, 1, 1, 1, 60).toRdata());
    return Message.responseTo(query, Rcode.NXDOMAIN)
        .with(Flag.AA)
        .withSections(List.of(), List.of(soa), List.of());
  }

  @Override
  public void close() {
    resolver.close();
  }
}
