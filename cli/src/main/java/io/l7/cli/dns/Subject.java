package io.l7.cli.dns;

import io.l7.common.idna.Idna;
import io.l7.common.net.AddressLiteral;
import io.l7.common.net.Endpoint;
import io.l7.dns.local.LocalDataFile;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.transport.UpstreamMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is asked of whom, from the words of a command in any order: names, types for the name before
 * them, {@code @HOST[:PORT]}, and dig's {@code +habits}.
 *
 * @param questions one for each name and type, in order
 * @param serials of the versions that are there, for questions of IXFR
 * @param habits the words with a plus sign, without it
 */
record Subject(
    List<Question> questions,
    Map<Question, Long> serials,
    Optional<Endpoint> server,
    List<String> habits) {
  private static final Pattern IXFR = Pattern.compile("(?i)ixfr=(\\d{1,10})");

  /**
   * The only question of a command that takes but one, and no habits.
   *
   * @throws IllegalArgumentException there is more
   */
  Question question() {
    if (!habits.isEmpty()) {
      throw new IllegalArgumentException("'+" + habits.getFirst() + "' is for 'l7 dns query'");
    }
    if (!serials.isEmpty()) {
      throw new IllegalArgumentException("'ixfr=SERIAL' is for 'l7 dns query'");
    }
    if (questions.size() > 1) {
      var second = questions.get(1);
      throw new IllegalArgumentException(
          "one name and one type at a time: what is '"
              + (second.name().equals(questions.getFirst().name()) ? second.type() : second.name())
              + "'?");
    }
    return questions.getFirst();
  }

  /**
   * Reads the words.
   *
   * @param reverse an address to turn into a name
   * @throws IllegalArgumentException with what is wrong, fit for the user
   */
  static Subject parse(List<String> words, Optional<String> reverse, int port) {
    Optional<Endpoint> server = Optional.empty();
    var habits = new ArrayList<String>();
    var questions = new ArrayList<Question>();
    var serials = new HashMap<Question, Long>();
    Optional<Name> name = Optional.empty();
    boolean typed = false;
    if (reverse.isPresent()) {
      name = Optional.of(reverse(reverse.get()));
      questions.add(Question.of(name.get(), RRType.PTR));
      typed = true;
    }
    for (String word : words) {
      Optional<RRType> type = type(word);
      boolean internet = name.isPresent() && word.equalsIgnoreCase("IN");
      if (word.startsWith("@")) {
        server = Optional.of(Endpoint.parse(word.substring(1), port));
      } else if (word.startsWith("+")) {
        habits.add(word.substring(1));
      } else if (name.isPresent() && type.isPresent()) {
        if (!typed) {
          questions.removeLast(); // it stood for type A only as long as no type was named
        }
        var question = Question.of(name.get(), type.get());
        questions.add(question);
        serial(word).ifPresent(serial -> serials.put(question, serial));
        typed = true;
      } else if (!internet) {
        name = Optional.of(Name.parse(ascii(word)));
        questions.add(Question.of(name.get(), RRType.A));
        typed = false;
      }
    }
    if (questions.isEmpty()) {
      throw new IllegalArgumentException("no name to ask for");
    }
    return new Subject(List.copyOf(questions), Map.copyOf(serials), server, List.copyOf(habits));
  }

  /** A name of ASCII stays as it was typed, escapes and case included. */
  private static String ascii(String name) {
    return name.chars().allMatch(c -> c < 0x80) ? name : Idna.toAscii(name);
  }

  /** Of an IPv4 address the first numbers are enough, as for dig. */
  private static Name reverse(String address) {
    if (address.matches("\\d{1,3}(\\.\\d{1,3}){0,2}")) {
      var numbers = new ArrayList<>(List.of(address.split("\\.", -1)));
      return Name.parse(String.join(".", numbers.reversed()) + ".in-addr.arpa.");
    }
    return AddressLiteral.of(address)
        .map(LocalDataFile::reverse)
        .orElseThrow(() -> new IllegalArgumentException("-x: '" + address + "' is not an address"));
  }

  static Subject parse(List<String> words) {
    return parse(words, Optional.empty(), UpstreamMap.DNS_PORT);
  }

  /** The serial of {@code ixfr=SERIAL}, as dig has it. */
  private static Optional<Long> serial(String word) {
    var matcher = IXFR.matcher(word);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long serial = Long.parseLong(matcher.group(1));
    if (serial > 0xffff_ffffL) {
      throw new IllegalArgumentException("'" + word + "': a serial is 0 to 4294967295");
    }
    return Optional.of(serial);
  }

  private static Optional<RRType> type(String word) {
    if (serial(word).isPresent()) {
      return Optional.of(RRType.IXFR);
    }
    try {
      return Optional.of(RRType.parse(word));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
