package io.l7.http.cache;

import io.l7.http.message.Body;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream that answers as a test wants and remembers what it was asked. */
final class Origin implements Handler {
  private final List<Request> asked = new CopyOnWriteArrayList<>();
  private volatile Handler answer;

  Origin(Handler answer) {
    this.answer = answer;
  }

  /** 200 with this content and these names and values of fields. */
  static Response ok(String content, String... fields) {
    return Response.of(Status.OK, Fields.of(fields), Body.of(content));
  }

  static Origin answering(String content, String... fields) {
    return new Origin(_ -> ok(content, fields));
  }

  void answer(Handler next) {
    answer = next;
  }

  @Override
  public Response handle(Request request) throws Exception {
    asked.add(request);
    return answer.handle(request);
  }

  int count() {
    return asked.size();
  }

  Request last() {
    return asked.getLast();
  }
}
