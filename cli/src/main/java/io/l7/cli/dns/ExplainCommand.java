package io.l7.cli.dns;

import io.l7.cli.L7Command;
import io.l7.common.json.Json;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.ResolverBuilder;
import io.l7.dns.explain.Explanation;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code l7 dns explain}: the whole tree of reasons behind one answer. */
@Command(
    name = "explain",
    description = "Resolve a name here and print every reason for the answer as a tree.")
final class ExplainCommand extends L7Command {
  @Parameters(
      arity = "1..4",
      paramLabel = "WORD",
      description = "NAME [TYPE] [@HOST[:PORT]], in any order; @HOST is asked instead of the root.")
  private List<String> words = List.of();

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
      Answer answer = resolver.lookup(question, explanation);
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
