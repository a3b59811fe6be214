package io.l7.dns.replay;

import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Flags;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the text of a scenario. */
final class ScenarioReader {
  private static final long DEFAULT_TTL = 3600;

  private final List<String> lines;
  private int at;
  private Name origin = Name.ROOT;
  private Scenario.Dialect dialect = Scenario.Dialect.DECKARD;

  private ScenarioReader(List<String> lines) {
    this.lines = lines;
  }

  /**
   * Reads a scenario.
   *
   * @throws IllegalArgumentException if it is none, with the line
   */
  static Scenario read(String text) {
    var lines = new ArrayList<String>();
    boolean inFile = false;
    for (String line : text.split("\n", -1)) {
      String plain = withoutComment(line);
      inFile &= !plain.startsWith("TEMPFILE_END");
      // in a zone file a line that begins with a blank goes on with the owner of the last
      lines.add(inFile && plain.matches("\\s.*\\S.*") ? " " + plain.trim() : plain.trim());
      inFile |= plain.startsWith("TEMPFILE_CONTENTS");
    }
    var reader = new ScenarioReader(lines);
    try {
      return reader.scenario();
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("line " + reader.at + ": " + e.getMessage(), e);
    }
  }

  private static String withoutComment(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ';' && !quoted) {
        return line.substring(0, i);
      }
    }
    return line;
  }

  private Optional<String> next() {
    while (at < lines.size()) {
      String line = lines.get(at++);
      if (!line.isEmpty()) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private String expected(String what) {
    return next().orElseThrow(() -> new IllegalArgumentException("file ends before " + what));
  }

  private Scenario scenario() {
    var config = new ArrayList<String>();
    var files = new HashMap<String, String>();
    for (String line = expected("CONFIG_END");
        !line.startsWith("CONFIG_END");
        line = expected("CONFIG_END")) {
      if (line.startsWith("TEMPFILE_CONTENTS")) {
        files.put(words(line).getLast(), file());
        continue;
      }
      String plain = line.replaceAll("\\s#.*$", "").trim();
      if (plain.startsWith("#") || plain.isEmpty()) {
        continue;
      }
      config.add(plain);
      if (plain.matches("(server|stub-zone|forward-zone|rpz):.*")) {
        dialect = Scenario.Dialect.UNBOUND;
      }
    }
    var ranges = new ArrayList<Scenario.Range>();
    var steps = new ArrayList<Scenario.Step>();
    for (Optional<String> line = next(); line.isPresent(); line = next()) {
      List<String> words = words(line.get());
      switch (words.getFirst()) {
        case "SCENARIO_BEGIN", "SCENARIO_END", "RANGE_END" -> {}
        case "RANGE_BEGIN" -> ranges.add(range(words));
        case "STEP" -> steps.add(step(words));
        default -> throw new IllegalArgumentException("unknown keyword " + words.getFirst());
      }
    }
    return new Scenario(dialect, config, files, ranges, steps);
  }

  /** A file that the scenario brings along. */
  private String file() {
    var text = new StringBuilder();
    for (String line = expected("TEMPFILE_END");
        !line.equals("TEMPFILE_END");
        line = expected("TEMPFILE_END")) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static List<String> words(String line) {
    return new ArrayList<>(Arrays.asList(line.trim().split("\\s+", -1)));
  }

  private Scenario.Range range(List<String> head) {
    origin = Name.ROOT;
    var addresses = new LinkedHashSet<InetAddress>();
    head.stream().skip(3).map(InetAddress::ofLiteral).forEach(addresses::add);
    var entries = new ArrayList<Entry>();
    for (String line = expected("RANGE_END");
        !line.startsWith("RANGE_END");
        line = expected("RANGE_END")) {
      List<String> words = words(line);
      if (words.getFirst().equals("ADDRESS")) {
        words.stream().skip(1).map(InetAddress::ofLiteral).forEach(addresses::add);
      } else if (words.getFirst().equals("$ORIGIN")) {
        origin = Name.parse(words.get(1));
      } else if (words.getFirst().equals("ENTRY_BEGIN")) {
        entries.add(entry());
      } else {
        throw new IllegalArgumentException("unknown keyword in range " + words.getFirst());
      }
    }
    return new Scenario.Range(
        Integer.parseInt(head.get(1)), Integer.parseInt(head.get(2)), addresses, entries);
  }

  private Scenario.Step step(List<String> head) {
    String word = head.get(2).equals("ANSWER") ? "CHECK_ANSWER" : head.get(2);
    Scenario.Kind kind = Scenario.Kind.valueOf(word);
    boolean hasEntry =
        switch (kind) {
          case QUERY, CHECK_ANSWER, CHECK_OUT_QUERY, REPLY -> true;
          default -> false;
        };
    Optional<Entry> entry = Optional.empty();
    var words = new ArrayList<>(head.subList(3, head.size()));
    if (hasEntry) {
      String line = expected("ENTRY_BEGIN");
      if (line.startsWith("ADDRESS")) {
        words.addAll(words(line));
        line = expected("ENTRY_BEGIN");
      }
      if (!line.startsWith("ENTRY_BEGIN")) {
        throw new IllegalArgumentException("ENTRY_BEGIN expected instead of " + line);
      }
      entry = Optional.of(entry());
    }
    return new Scenario.Step(Integer.parseInt(head.get(1)), kind, words, entry);
  }

  private Entry entry() {
    var match = new LinkedHashSet<String>();
    var adjust = new LinkedHashSet<String>();
    var errors = new ArrayList<String>();
    var draft = new Draft(origin);
    Optional<byte[]> raw = Optional.empty();
    for (String line = expected("ENTRY_END");
        !line.startsWith("ENTRY_END");
        line = expected("ENTRY_END")) {
      List<String> words = words(line);
      switch (words.getFirst()) {
        case "MATCH" -> words.stream().skip(1).forEach(word -> addMatch(word, match, errors));
        case "ADJUST" ->
            words.stream().skip(1).forEach(word -> adjust.add(word.toLowerCase(Locale.ROOT)));
        case "REPLY", "FLAGS" -> words.stream().skip(1).forEach(draft::word);
        case "SECTION" -> draft.section = words.get(1).toUpperCase(Locale.ROOT);
        case "MANDATORY" -> match.add("mandatory");
        case "RAW" ->
            raw = Optional.of(HexFormat.of().parseHex(expected("hex").replaceAll("\\s", "")));
        case "HEX_EDNSDATA_BEGIN" -> draft.edns(hexUntil("HEX_EDNSDATA_END"));
        case "HEX_ANSWER_BEGIN" -> raw = Optional.of(hexUntil("HEX_ANSWER_END"));
        case "$ORIGIN" -> {
          origin = Name.parse(words.get(1));
          draft.origin = origin;
        }
        default -> draft.record(line);
      }
    }
    return new Entry(match, adjust, draft.message(dialect), raw, errors);
  }

  private static void addMatch(String word, Set<String> match, List<String> errors) {
    String lower = word.toLowerCase(Locale.ROOT);
    if (lower.startsWith("ede=")) {
      errors.add(lower.substring(4));
    } else {
      match.add(lower);
    }
  }

  private byte[] hexUntil(String end) {
    var hex = new StringBuilder();
    for (String line = expected(end); !line.startsWith(end); line = expected(end)) {
      hex.append(line.replaceAll("\\s", ""));
    }
    return HexFormat.of().parseHex(hex);
  }

  /** A message in the making. */
  private static final class Draft {
    Name origin;
    String section = "QUESTION";
    Opcode opcode = Opcode.QUERY;
    Rcode rcode = Rcode.NOERROR;
    Flags flags = Flags.NONE;
    boolean dnssecOk;
    boolean hasOptions;
    final List<EdnsOption> options = new ArrayList<>();
    final List<Question> questions = new ArrayList<>();
    final List<ResourceRecord> answer = new ArrayList<>();
    final List<ResourceRecord> authority = new ArrayList<>();
    final List<ResourceRecord> additional = new ArrayList<>();

    Draft(Name origin) {
      this.origin = origin;
    }

    void word(String word) {
      String upper = word.toUpperCase(Locale.ROOT);
      switch (upper) {
        case "QR", "AA", "TC", "RD", "RA", "AD", "CD" -> flags = flags.with(Flag.valueOf(upper));
        case "DO" -> dnssecOk = true;
        case "QUERY" -> opcode = Opcode.QUERY;
        case "IQUERY" -> opcode = Opcode.IQUERY;
        case "STATUS" -> opcode = Opcode.STATUS;
        case "NOTIFY" -> opcode = Opcode.NOTIFY;
        case "UPDATE" -> opcode = Opcode.UPDATE;
        default -> rcode = Rcode.parse(upper);
      }
    }

    void edns(byte[] data) {
      hasOptions = true;
      int at = 0;
      while (at + 4 <= data.length) {
        int code = (data[at] & 0xff) << 8 | (data[at + 1] & 0xff);
        int length = (data[at + 2] & 0xff) << 8 | (data[at + 3] & 0xff);
        options.add(new EdnsOption(code, Arrays.copyOfRange(data, at + 4, at + 4 + length)));
        at += 4 + length;
      }
    }

    void record(String line) {
      switch (section) {
        case "QUESTION" -> questions.add(question(line));
        case "ANSWER" -> answer.add(RecordText.parseRecord(line, origin, DEFAULT_TTL));
        case "AUTHORITY" -> authority.add(RecordText.parseRecord(line, origin, DEFAULT_TTL));
        case "ADDITIONAL" -> additional.add(RecordText.parseRecord(line, origin, DEFAULT_TTL));
        default -> throw new IllegalArgumentException("unknown section " + section);
      }
    }

    private Question question(String line) {
      List<String> words = words(line);
      RRClass rrclass = words.size() > 2 ? RRClass.parse(words.get(1)) : RRClass.IN;
      return new Question(
          RecordText.parseName(words.getFirst(), origin), RRType.parse(words.getLast()), rrclass);
    }

    Message message(Scenario.Dialect dialect) {
      Optional<Edns> edns = Optional.empty();
      if (dialect == Scenario.Dialect.DECKARD || dnssecOk || hasOptions) {
        int size = dialect == Scenario.Dialect.DECKARD ? 4096 : 1232;
        edns = Optional.of(new Edns(size, 0, dnssecOk ? Edns.DO : 0, options));
      }
      return new Message(0, opcode, rcode, flags, questions, answer, authority, additional, edns);
    }
  }
}
