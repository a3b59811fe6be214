package io.l7.dns.zone;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Cuts a master file into entries (RFC 1035 §5.1): comments dropped, parentheses resolved to
 * blanks, strings and escapes kept as they are.
 */
final class EntryReader {
  private final BufferedReader in;
  private final int maxCharacters;
  private int line;

  EntryReader(BufferedReader in, int maxCharacters) {
    this.in = in;
    this.maxCharacters = maxCharacters;
  }

  /**
   * One entry.
   *
   * @param line the line where the entry starts
   * @param continuesOwner true when it starts with a blank, and so belongs to the owner before
   */
  record Entry(int line, boolean continuesOwner, String text) {}

  /** An entry cannot be cut out; reading can go on after it. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;
    private final int line;

    Broken(int line, String what) {
      super(what);
      this.line = line;
    }

    int line() {
      return line;
    }
  }

  /** The next entry that is not empty, or nothing at the end. */
  Optional<Entry> next() throws IOException {
    while (true) {
      String first = in.readLine();
      if (first == null) {
        return Optional.empty();
      }
      line++;
      if (first.isEmpty() || first.charAt(0) == ';') {
        continue;
      }
      Entry entry = entry(first);
      if (!entry.text.isEmpty()) {
        return Optional.of(entry);
      }
    }
  }

  private Entry entry(String first) throws IOException {
    int start = line;
    boolean blank = first.charAt(0) == ' ' || first.charAt(0) == '\t';
    var text = new StringBuilder(first.length());
    int depth = 0;
    String rest = first;
    while (true) {
      depth = scan(rest, text, depth);
      if (depth == 0) {
        return new Entry(start, blank, text.toString().strip());
      }
      if (text.length() > maxCharacters) {
        throw new Broken(start, "entry of more than " + maxCharacters + " characters");
      }
      rest = in.readLine();
      if (rest == null) {
        throw new Broken(start, "parenthesis without end");
      }
      line++;
      text.append(' ');
    }
  }

  private int scan(String from, StringBuilder text, int depthBefore) throws Broken {
    int depth = depthBefore;
    boolean quoted = false;
    for (int i = 0; i < from.length(); i++) {
      char c = from.charAt(i);
      if (c == '\\' && i + 1 < from.length()) {
        text.append(c).append(from.charAt(++i));
      } else if (c == '"') {
        quoted = !quoted;
        text.append(c);
      } else if (quoted) {
        text.append(c);
      } else if (c == ';') {
        break;
      } else if (c == '(') {
        depth++;
        text.append(' ');
      } else if (c == ')') {
        if (--depth < 0) {
          throw new Broken(line, "closing parenthesis without an opening one");
        }
        text.append(' ');
      } else {
        text.append(c);
      }
    }
    if (quoted) {
      throw new Broken(line, "string without end");
    }
    return depth;
  }
}
