package io.l7.http.cache;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a cache does what it does with a request: a tree of statements, each with those that lead to
 * it.
 *
 * @param statement one line
 * @param because what it follows from, in order
 */
public record Explanation(String statement, List<Explanation> because) {
  /** The content type under which a server sends one. */
  public static final String CONTENT_TYPE = "application/vnd.l7.explanation+json";

  /** A request with this field, from a machine the cache trusts, is answered by its explanation. */
  public static final String REQUEST_FIELD = "L7-Explain";

  public Explanation {
    because = List.copyOf(because);
  }

  static Explanation of(String statement, Explanation... because) {
    return new Explanation(statement, List.of(because));
  }

  /** The tree as lines, each level two spaces further in. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    write(lines, 0);
    return lines;
  }

  private void write(List<String> lines, int depth) {
    lines.add("  ".repeat(depth) + statement);
    because.forEach(reason -> reason.write(lines, depth + 1));
  }

  /** An object of {@code statement} and {@code because}. */
  public Json json() {
    return Json.object()
        .put("statement", statement)
        .put("because", because.stream().map(Explanation::json).toList())
        .build();
  }

  /** Reads what {@link #json} made; what is missing is empty. */
  public static Explanation parse(Json json) {
    return new Explanation(
        json.at("statement").text(),
        json.at("because").elements().stream().map(Explanation::parse).toList());
  }
}
