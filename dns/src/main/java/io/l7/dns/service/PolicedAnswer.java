package io.l7.dns.service;

import io.l7.dns.authority.Request;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyAction;
import io.l7.dns.policy.PolicyRule;
import io.l7.dns.policy.PolicySet;
import io.l7.dns.policy.Trigger;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.service.RecursiveService.Asker;
import io.l7.dns.service.RecursiveService.Reuse;
import io.l7.dns.service.RecursiveService.Served;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The answer to one question under policies. Rules that need no answer come first, and nobody is
 * asked then; what the resolver keeps is never touched. A rule that leads to another name has that
 * name looked at in the same way.
 */
final class PolicedAnswer {
  /** Names that rules may lead to for one question; as many as the engine follows. */
  private static final int MOST_ALIASES = 11;

  private final RecursiveEngine engine;
  private final Inquiry inquiry;
  private final ServiceConfig config;
  private final Replies replies;
  private final Policies policies;
  private final PolicySet set;
  private final Message query;
  private final Question question;
  private final Asker asker;
  private final Trace trace;

  /** What stands before the name that is being looked at. */
  private final List<ResourceRecord> before = new ArrayList<>();

  private final Set<Name> seen = new HashSet<>();
  private final Set<PolicyRule> disabled = new HashSet<>();
  private Optional<PolicyRule> rewriting = Optional.empty();
  private boolean hit;
  private boolean isOursFromTheStart;

  PolicedAnswer(
      RecursiveEngine engine, ServiceConfig config, Message query, Asker asker, Trace trace) {
    this.engine = engine;
    this.inquiry = new Inquiry(engine, config, query, trace);
    this.config = config;
    this.replies = new Replies(config);
    this.policies = config.policies();
    this.set = policies.current();
    this.query = query;
    this.question = query.questions().getFirst();
    this.asker = asker;
    this.trace = trace;
  }

  /** A rule, the names of the chain up to the one it is about, and what stands before that. */
  private record Match(PolicyRule rule, Name name, List<RRset> chain) {}

  /** What a rule makes of the answer so far. */
  private sealed interface Step {
    record Done(Optional<Message> answer) implements Step {}

    record Onward(Name name) implements Step {}
  }

  Optional<Served> answer() {
    Name name = question.name();
    while (seen.add(name)) {
      if (seen.size() > MOST_ALIASES + 1) {
        return served(circles(name));
      }
      switch (look(name)) {
        case Step.Done(Optional<Message> answer) -> {
          return answer.flatMap(this::served);
        }
        case Step.Onward(Name next) -> name = next;
      }
    }
    return served(circles(name));
  }

  private Optional<Served> served(Message message) {
    boolean touched = hit || !disabled.isEmpty();
    return Optional.of(new Served(message, touched ? Reuse.NOBODY_ELSE : Reuse.ALL));
  }

  private Message circles(Name name) {
    var error = new ExtendedError(ExtendedError.OTHER, "policy goes in circles at " + name);
    trace.note(Reason.FAILURE, error::text);
    return replies.locally(query, Rcode.SERVFAIL, List.of(error), before);
  }

  private Step look(Name name) {
    boolean isFirst = seen.size() == 1;
    Optional<InetAddress> client = isFirst ? Optional.of(asker.address()) : Optional.empty();
    // Who asks for signatures may have the true answer if it has some: that must be seen first.
    boolean patient =
        isFirst && query.dnssecOk() && policies.signed() == Policies.Signed.LEFT_ALONE;
    if (!patient) {
      Optional<PolicyRule> rule = set.beforehand(name, client, this::disabled);
      if (rule.isPresent()) {
        return apply(new Match(rule.get(), name, List.of()), name);
      }
    }
    Optional<Response> response =
        inquiry.serve(
            question.withName(name),
            next -> !patient && set.beforehand(next, Optional.empty(), rule -> {}).isPresent());
    if (response.isEmpty()) {
      return new Step.Done(Optional.empty());
    }
    if (patient && isSigned(response.get())) {
      trace.note(Reason.POLICY, () -> "signed: left as it is for who asks for signatures");
      return new Step.Done(Optional.of(replies.compose(query, response.get())));
    }
    Optional<Match> match = match(name, client, evident(name, response.get()));
    return match.isPresent()
        ? apply(match.get(), name)
        : new Step.Done(Optional.of(finish(response.get())));
  }

  /** Where servers fail, the aliases that led to them are known all the same. */
  private Response evident(Name name, Response response) {
    return response.rcode().equals(Rcode.SERVFAIL)
        ? engine.known(question.withName(name), RecursiveService.checking(query)).orElse(response)
        : response;
  }

  private static boolean isSigned(Response response) {
    return response.security() == Security.SECURE || response.sets().anyMatch(RRset::isSigned);
  }

  private void disabled(PolicyRule rule) {
    if (disabled.add(rule)) {
      trace.note(Reason.POLICY, () -> "disabled: " + rule);
      policies.hit(new Policies.Hit(rule, question, asker.address()));
    }
  }

  /** The first rule along the chain of aliases. */
  private Optional<Match> match(Name first, Optional<InetAddress> client, Response response) {
    var chain = new ArrayList<RRset>();
    var met = new HashSet<Name>();
    Name name = first;
    while (met.add(name)) {
      Optional<RRset> alias =
          question.type().equals(RRType.CNAME)
              ? Optional.empty()
              : response.answer(name, RRType.CNAME);
      var evidence =
          new ChainEvidence(
              engine,
              name,
              met.size() == 1 ? client : Optional.empty(),
              alias.isPresent() ? List.of() : addresses(response));
      Optional<PolicyRule> rule = set.afterwards(evidence, this::disabled);
      if (rule.isPresent()) {
        return Optional.of(new Match(rule.get(), name, chain));
      }
      if (alias.isEmpty()) {
        break;
      }
      for (RRset each : response.answer()) {
        if (!chain.contains(each)) {
          chain.add(each);
        }
        if (each.equals(alias.get())) {
          break; // a DNAME stands before the alias that it made
        }
      }
      name = alias.get().rdata().getFirst().asName();
    }
    return Optional.empty();
  }

  private static List<InetAddress> addresses(Response response) {
    return response.answer().stream()
        .filter(each -> each.type().equals(RRType.A) || each.type().equals(RRType.AAAA))
        .flatMap(each -> each.rdata().stream())
        .map(Rdata::asAddress)
        .toList();
  }

  private Step apply(Match match, Name asked) {
    PolicyRule rule = match.rule;
    hit = true;
    trace.note(Reason.POLICY, rule::toString);
    policies.hit(new Policies.Hit(rule, question, asker.address()));
    if (rule.action() == PolicyAction.Plain.PASSTHRU) {
      return pass(asked);
    }
    if (rule.action() == PolicyAction.Plain.TCP_ONLY
        && asker.transport() != Request.Transport.UDP) {
      return pass(asked);
    }
    if (leadsToItself(rule, match.name)) {
      return pass(asked);
    }
    rewriting = Optional.of(rule);
    before.addAll(Replies.records(match.chain, query.dnssecOk(), question.type()));
    return switch (rule.action()) {
      case PolicyAction.LocalData(List<RRset> sets) -> replace(match.name, sets);
      case PolicyAction.Plain plain ->
          switch (plain) {
            case NXDOMAIN -> done(Rcode.NXDOMAIN);
            case DROP -> new Step.Done(Optional.empty());
            case TCP_ONLY -> new Step.Done(Optional.of(truncated(rule)));
            case NODATA, PASSTHRU, DISABLED -> done(Rcode.NOERROR);
          };
    };
  }

  /** Whoever leads all of a domain to one name of it means that name to be seen. */
  private static boolean leadsToItself(PolicyRule rule, Name name) {
    return rule.action() instanceof PolicyAction.LocalData(List<RRset> sets)
        && sets.stream()
            .filter(each -> each.type().equals(RRType.CNAME))
            .anyMatch(each -> each.rdata().getFirst().asName().equals(name));
  }

  private Message truncated(PolicyRule rule) {
    Message empty = replies.locally(query, Rcode.NOERROR, List.of(), List.of()).with(Flag.TC);
    return rule.trigger().isOfAnswer() ? empty.without(Flag.AA) : empty;
  }

  /** The true answer, aliases that were not followed before followed now. */
  private Step pass(Name name) {
    return new Step.Done(inquiry.serve(question.withName(name)).map(this::finish));
  }

  /** The true answer, behind what rules have made so far. */
  private Message finish(Response response) {
    Message rest = replies.compose(query, response);
    if (rewriting.isEmpty()) {
      return rest;
    }
    before.addAll(rest.answer());
    Message mixed = rest.without(Flag.AD);
    return marked(isOursFromTheStart ? mixed.with(Flag.AA) : mixed) // AA: RFC 1035 §4.1.1
        .withSections(before, rest.authority(), rest.additional());
  }

  private Message marked(Message message) {
    return message.edns().isPresent() && rewriting.isPresent()
        ? message.withEdns(message.edns().get().withError(error(rewriting.get())))
        : message;
  }

  /** RFC 8914 §4.5, §4.16: a policy of who runs the server, and whether there is an answer. */
  private static ExtendedError error(PolicyRule rule) {
    int code =
        rule.action() instanceof PolicyAction.LocalData
            ? ExtendedError.FORGED_ANSWER
            : ExtendedError.BLOCKED;
    return new ExtendedError(code, "policy zone " + rule.zone());
  }

  private Step done(Rcode rcode) {
    PolicyRule rule = rewriting.orElseThrow();
    boolean full = config.beside() == ServiceConfig.Beside.SENT || isOfClient(rule);
    List<ResourceRecord> beside = full || isDenial() ? List.of(soa(rule)) : List.of();
    Message message =
        replies
            .locally(query, rcode, List.of(error(rule)), before)
            .withSections(before, List.of(), beside);
    boolean isTheirs = rule.trigger() == Trigger.RESPONSE_IP; // with another address in it
    return new Step.Done(Optional.of(isTheirs ? message.without(Flag.AA) : message));
  }

  /** Records for a client's own address tell by the SOA why all its questions have one answer. */
  private static boolean isOfClient(PolicyRule rule) {
    return rule.trigger() == Trigger.CLIENT_IP && rule.action() instanceof PolicyAction.LocalData;
  }

  private boolean isDenial() {
    RRType type = question.type();
    return before.stream().noneMatch(each -> type.equals(RRType.ANY) || each.type().equals(type));
  }

  /**
   * The zone that says so, and for how long (RFC 2308 §5). It goes into the additional section (§6
   * of the draft; BIND and Unbound do so too): it is no authority of the name asked for.
   */
  private static ResourceRecord soa(PolicyRule rule) {
    ResourceRecord soa = rule.soa().records().getFirst();
    long ttl = Math.min(soa.ttl(), Soa.of(soa.rdata()).minimum());
    return ResourceRecord.of(soa.owner(), RRType.SOA, ttl, soa.rdata());
  }

  private Step replace(Name owner, List<RRset> sets) {
    RRType type = question.type();
    for (RRset each : sets) {
      if (each.type().equals(RRType.CNAME)) {
        return redirect(owner, each);
      }
    }
    for (RRset each : sets) {
      if (each.type().equals(type) || type.equals(RRType.ANY)) {
        before.addAll(each.withOwner(owner).withoutSignatures().records());
      }
    }
    return done(Rcode.NOERROR);
  }

  private Step redirect(Name owner, RRset alias) {
    Name target = alias.rdata().getFirst().asName();
    if (target.isWildcard()) {
      try {
        target = owner.replaceEnding(Name.ROOT, target.parent());
      } catch (IllegalArgumentException e) { // RFC 6672 §2.2 has the same trouble
        return done(Rcode.YXDOMAIN);
      }
    }
    var record = ResourceRecord.of(owner, RRType.CNAME, alias.ttl(), Rdata.name(target));
    isOursFromTheStart |= before.isEmpty() && !rewriting.orElseThrow().trigger().isOfAnswer();
    before.add(record);
    boolean isAsked = question.type().equals(RRType.CNAME) || question.type().equals(RRType.ANY);
    return isAsked ? done(Rcode.NOERROR) : new Step.Onward(target);
  }
}
