package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.ResolverBuilder;
import io.l7.dns.authority.Request;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Explanation;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code l7 dns explain}: the whole tree of reasons behind one answer. */
@Command(
    name = "explain",
    description = "Resolve a name here and print every reason for the answer as a tree.")
final class ExplainCommand extends L7Command {
  private static final int EDNS_OCTETS = 1232;

  @Parameters(
      arity = "1..4",
      paramLabel = "WORD",
      description = "NAME [TYPE] [@HOST[:PORT]], in any order; @HOST is asked instead of the root.")
  private List<String> words = List.of();

  @Option(
      names = "--rpz",
      paramLabel = "ZONE=FILE",
      description = "Go by the rules of this policy zone; repeatable, the first counts most.")
  private List<String> rules = List.of();

  @Mixin private ResolverOptions resolution = new ResolverOptions();

  @Override
  protected int run() throws Exception {
    Subject subject = typed(this::subject);
    Question question = typed(subject::question);
    ResolverBuilder builder = typed(resolution::builder);
    if (subject.server().isPresent()) {
      typed(() -> builder.forward(subject.server().get()));
    }
    try (Resolver resolver = builder.build()) {
      Explanation explanation = resolver.explanation(question);
      Answer answer =
          rules.isEmpty()
              ? resolver.lookup(question, explanation)
              : underRules(resolver, question, explanation);
      if (json()) {
        out().println(json(answer, explanation, resolver.packetsSent()));
      } else {
        out().print(explanation.toText());
        answer.records().forEach(record -> out().println(record));
        out()
            .println(
                answer.isFailure()
                    ? answer.why()
                    : answer.rcode() + ", " + answer.security().name().toLowerCase(Locale.ROOT));
      }
      return answer.rcode().equals(Rcode.NOERROR) ? 0 : 1;
    }
  }

  private Answer underRules(Resolver resolver, Question question, Explanation explanation)
      throws Exception {
    var zones = new ArrayList<PolicyZone>();
    for (String text : rules) {
      ZoneArgument rule = typed(() -> ZoneArgument.parse(text));
      var zone = ZoneFile.load(rule.file(), rule.name(), ZoneLimits.defaults());
      zones.add(new PolicyZone(zone, Optional.empty()));
    }
    var policies =
        new Policies(zones.stream().map(PolicyZone::origin).toList(), Policies.Signed.REWRITTEN);
    zones.forEach(policies::put);
    Message query = Message.query(0, question).with(Flag.RD).with(Flag.AD);
    Optional<Message> answer =
        resolver.answer(
            query.withEdns(Edns.ofSize(EDNS_OCTETS)),
            new RecursiveService.Asker(InetAddress.getLoopbackAddress(), Request.Transport.STREAM),
            ServiceConfig.defaults().withPolicies(policies),
            explanation);
    return answer
        .map(
            message ->
                new Answer(
                    question,
                    message.rcode(),
                    message.answer(),
                    message.authority(),
                    message.has(Flag.AD) ? Security.SECURE : Security.INDETERMINATE,
                    message.edns().map(Edns::errors).orElse(List.of())))
        .orElseThrow(() -> failure(question.toString(), "dropped: a client would hear nothing"));
  }

  private Subject subject() {
    var subject = Subject.parse(words);
    resolution.check(subject.server());
    return subject;
  }

  private static Json json(Answer answer, Explanation explanation, long packets) {
    return Json.object()
        .put("status", answer.rcode().toString())
        .put("security", answer.security().name().toLowerCase(Locale.ROOT))
        .put("packets", packets)
        .put("answer", answer.records().stream().map(Object::toString).toList())
        .put(
            "errors",
            answer.errors().stream()
                .map(
                    error ->
                        Json.object().put("code", error.code()).put("text", error.text()).build())
                .toList())
        .put("reasons", tree(explanation, explanation.atMillis()))
        .build();
  }

  private static Json tree(Explanation node, long start) {
    return Json.object()
        .put("ms", node.atMillis() - start)
        .put("reason", node.reason().name().toLowerCase(Locale.ROOT))
        .put("text", node.text())
        .put("parts", node.parts().stream().map(part -> tree(part, start)).toList())
        .build();
  }
}
