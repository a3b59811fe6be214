package io.l7.smtp.control;

import io.l7.common.json.Json;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.queue.QueueControl;
import io.l7.smtp.store.RecipientState;
import io.l7.smtp.store.SpooledMail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Commands and answers as JSON: {@code {"command":"hold","id":"..."}} gives {@code {"count":1}}, or
 * {@code {"error":"..."}}.
 */
final class QueueCommands {
  private QueueCommands() {}

  static Json answer(QueueControl queue, Json request) {
    var command = request.at("command").text();
    var name = request.at("id");
    Optional<MailId> id = Optional.empty();
    if (!name.isNull()) {
      id = MailId.parse(name.text());
      if (id.isEmpty()) {
        return error(name.text() + " is no mail id");
      }
    }
    return switch (command) {
      case "list" ->
          Json.object()
              .put("mails", queue.list().stream().map(QueueCommands::mail).toList())
              .build();
      case "show" -> show(queue, id);
      case "retry" -> count(queue.retry(id), id);
      case "hold" -> count(queue.hold(id), id);
      case "release" -> count(queue.release(id), id);
      case "delete" -> count(queue.delete(id), id);
      default -> error("unknown command " + command);
    };
  }

  /**
   * Answers into a stream: the list of a long queue as one text would take more memory than the
   * queue.
   */
  static void answer(QueueControl queue, Json request, Appendable out) throws IOException {
    if (!request.at("command").text().equals("list") || !request.at("id").isNull()) {
      out.append(answer(queue, request).toString());
      return;
    }
    out.append("{\"mails\":[");
    var separator = "";
    for (var mail : queue.list()) {
      out.append(separator).append(mail(mail).toString());
      separator = ",";
    }
    out.append("]}");
  }

  private static Json show(QueueControl queue, Optional<MailId> id) {
    if (id.isEmpty()) {
      return error("show needs an id");
    }
    return queue
        .show(id.get())
        .map(m -> (Json) Json.object().put("mails", List.of(mail(m))).build())
        .orElse(error("no mail " + id.get() + " in the queue"));
  }

  private static Json count(int count, Optional<MailId> id) {
    return count == 0 && id.isPresent()
        ? error("no mail " + id.get() + " in the queue")
        : Json.object().put("count", count).build();
  }

  static Json error(String why) {
    return Json.object().put("error", why).build();
  }

  private static Json mail(SpooledMail mail) {
    var recipients = new ArrayList<Json>();
    for (var i = 0; i < mail.envelope().recipients().size(); i++) {
      recipients.add(
          recipient(mail.envelope().recipients().get(i), mail.state().recipients().get(i)));
    }
    return Json.object()
        .put("id", mail.id())
        .put("from", mail.envelope().from())
        .put("arrived", mail.id().time())
        .put("size", mail.length())
        .put("held", mail.state().held())
        .put("recipients", recipients)
        .build();
  }

  private static Json recipient(Recipient recipient, RecipientState state) {
    return Json.object()
        .put("address", recipient.address())
        .put(
            "destination",
            switch (recipient.target()) {
              case Target.Local(var user) -> "mailbox " + user;
              case Target.Remote(var address) -> address.canonicalDomain();
            })
        .put(
            "target",
            switch (recipient.target()) {
              case Target.Local(var user) -> user;
              case Target.Remote(var address) -> address.toString();
            })
        .put("status", state.status().name().toLowerCase(Locale.ROOT))
        .put("failures", state.failures())
        .put("next", state.isFinal() ? Optional.empty() : Optional.of(state.nextTry()))
        .put("reason", state.reason())
        .build();
  }
}
