package io.l7.dns.validator;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.ResourceRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.dnssec.ValidatingResolver;

/**
 * Our validator beside that of dnsjava: each response that ours judges is put to theirs too, with
 * the very same keys and DS sets. Keeps every verdict.
 */
public final class DnsjavaOracle implements Validation {
  /**
   * Two verdicts on one response.
   *
   * @param why what each gave as its reason
   */
  public record Verdicts(Question question, Security ours, Security theirs, String why) {
    public boolean agree() {
      return ours == theirs;
    }
  }

  private final Validation ours;
  private final List<ResourceRecord> anchors;
  private final LongSupplier seconds;
  private final List<Verdicts> verdicts = new ArrayList<>();

  /**
   * Wraps ours.
   *
   * @param seconds since 1970 against which signatures are held
   */
  public DnsjavaOracle(Validation ours, List<ResourceRecord> anchors, LongSupplier seconds) {
    this.ours = ours;
    this.anchors = List.copyOf(anchors);
    this.seconds = seconds;
  }

  public List<Verdicts> verdicts() {
    return verdicts;
  }

  @Override
  public Response validate(Question question, Response response, Evidence evidence)
      throws ResolutionFailure {
    Response judged = ours.validate(question, response, evidence);
    // Ours judges a chain of aliases link by link, theirs as a whole: a link is a CNAME to it.
    Question link =
        response.answer(question.name(), RRType.CNAME).isPresent()
            ? Question.of(question.name(), RRType.CNAME)
            : question;
    var head = new Head(link, response, evidence);
    ask(link, head)
        .filter(theirs -> !head.failed)
        .ifPresent(
            theirs -> {
              String why = "ours: " + judged.errors() + "; theirs: " + reason(theirs);
              verdicts.add(new Verdicts(question, judged.security(), security(theirs), why));
            });
    return judged;
  }

  @Override
  public boolean hasKeysFor(Name name) {
    return ours.hasKeysFor(name);
  }

  /** Their answer; empty if they cannot read the anchor or the evidence could not be had. */
  private Optional<org.xbill.DNS.Message> ask(Question question, Head head) {
    var validator =
        new ValidatingResolver(
            head, Clock.fixed(Instant.ofEpochSecond(seconds.getAsLong()), ZoneOffset.UTC));
    var text = new StringBuilder();
    anchors.forEach(
        anchor ->
            text.append(anchor.owner() + " 3600 IN " + anchor.type() + " ")
                .append(io.l7.dns.message.RecordText.print(anchor.type(), anchor.rdata()).strip())
                .append('\n'));
    try {
      validator.init(settings());
      validator.loadTrustAnchors(
          new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.US_ASCII)));
      Message query =
          Message.query(1, question).with(Flag.RD).withEdns(Edns.ofSize(4096).withDnssecOk());
      // On this very thread: evidence is had from the engine, which knows its threads.
      return Optional.of(
          validator
              .sendAsync(new org.xbill.DNS.Message(MessageWriter.write(query)), Runnable::run)
              .toCompletableFuture()
              .join());
    } catch (IOException | CompletionException e) {
      return Optional.empty();
    }
  }

  /** What theirs leaves out unless told otherwise, and the data of the past needs. */
  private static Properties settings() {
    var settings = new Properties();
    for (int algorithm : new int[] {1, 3, 5, 6, 7, 8, 10, 13, 14, 15, 16}) {
      settings.setProperty("dnsjava.dnssec.algorithm." + algorithm, "true");
    }
    for (int digest : new int[] {1, 2, 4}) {
      settings.setProperty("dnsjava.dnssec.digest." + digest, "true");
    }
    settings.setProperty("dnsjava.dnssec.algorithm_rsa_min_key_size", "0");
    return settings;
  }

  private static Security security(org.xbill.DNS.Message theirs) {
    if (theirs.getHeader().getFlag(Flags.AD)) {
      return Security.SECURE;
    }
    return theirs.getRcode() == Rcode.SERVFAIL ? Security.BOGUS : Security.INSECURE;
  }

  private static String reason(org.xbill.DNS.Message theirs) {
    return theirs.getSection(org.xbill.DNS.Section.ADDITIONAL).stream()
        .filter(
            record ->
                record.getName().equals(org.xbill.DNS.Name.root)
                    && record.getDClass() == ValidatingResolver.VALIDATION_REASON_QCLASS)
        .map(org.xbill.DNS.Record::rdataToString)
        .findFirst()
        .orElse("");
  }

  /** Gives dnsjava the response in question, and what ours would fetch. */
  private static final class Head implements org.xbill.DNS.Resolver {
    private final Question question;
    private final Response response;
    private final Evidence evidence;
    private boolean failed;

    Head(Question question, Response response, Evidence evidence) {
      this.question = question;
      this.response = response;
      this.evidence = evidence;
    }

    @Override
    public CompletionStage<org.xbill.DNS.Message> sendAsync(
        org.xbill.DNS.Message query, Executor executor) {
      var name = Name.parse(query.getQuestion().getName().toString());
      var asked = new Question(name, new RRType(query.getQuestion().getType()), RRClass.IN);
      try {
        Response found = asked.equals(question) ? response : evidence.fetch(asked);
        Message message =
            Message.responseTo(Message.query(query.getHeader().getID(), asked), found.rcode())
                .with(Flag.RA)
                .withSections(records(found.answer()), records(found.authority()), List.of())
                .withEdns(Edns.ofSize(4096).withDnssecOk());
        return CompletableFuture.completedFuture(
            new org.xbill.DNS.Message(MessageWriter.write(message, MessageWriter.MAX_OCTETS)));
      } catch (ResolutionFailure | IOException e) {
        failed = true;
        return CompletableFuture.failedFuture(new IOException(e));
      }
    }

    private static List<ResourceRecord> records(List<RRset> sets) {
      return sets.stream().flatMap(set -> set.recordsWithSignatures().stream()).toList();
    }

    @Override
    public void setPort(int port) {}

    @Override
    public void setTCP(boolean flag) {}

    @Override
    public void setIgnoreTruncation(boolean flag) {}

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

    @Override
    public void setTSIGKey(@Nullable TSIG key) {}

    @Override
    public void setTimeout(Duration timeout) {}
  }
}
