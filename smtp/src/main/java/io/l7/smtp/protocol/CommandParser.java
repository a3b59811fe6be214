package io.l7.smtp.protocol;

import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.ForwardPath;
import io.l7.smtp.address.PathParser;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Reads one command line. Verbs and keywords are taken in any case (RFC 5321 §2.4); of the grammar
 * itself one thing is widened: a blank behind the colon of {@code MAIL FROM: <a@b>}, which old
 * clients write.
 */
public final class CommandParser {
  private static final Pattern CLIENT_NAME = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");
  private static final Pattern KEYWORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]*");
  private static final Pattern MECHANISM = Pattern.compile("[A-Za-z0-9_-]{1,20}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,20}");
  private static final Reply SYNTAX = Reply.of(500, "5.5.2 Syntax error, command unrecognized");
  private static final Reply NO_ARGUMENT = Reply.of(501, "5.5.4 This command takes no argument");

  private CommandParser() {}

  /**
   * Reads a line without its CR LF. Never throws: what is wrong becomes {@link Command.Invalid}.
   */
  public static Command parse(byte[] line) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      return new Command.Invalid(Reply.of(500, "5.5.2 Command line is not UTF-8"));
    }
    for (var i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 32 && text.charAt(i) != '\t' || text.charAt(i) == 127) {
        return new Command.Invalid(Reply.of(500, "5.5.2 Control character in command"));
      }
    }
    try {
      return command(text);
    } catch (Refused e) {
      return new Command.Invalid(e.reply);
    }
  }

  private static Command command(String text) throws Refused {
    var blank = text.indexOf(' ');
    var verb = (blank < 0 ? text : text.substring(0, blank)).toUpperCase(Locale.ROOT);
    var argument = blank < 0 ? "" : text.substring(blank + 1).strip();
    return switch (verb) {
      case "EHLO" -> new Command.Ehlo(client(argument));
      case "HELO" -> new Command.Helo(client(argument));
      case "LHLO" -> new Command.Lhlo(client(argument));
      case "MAIL" -> mail(argument);
      case "RCPT" -> rcpt(argument);
      case "DATA" -> bare(argument, new Command.Data());
      case "BDAT" -> bdat(argument);
      case "RSET" -> bare(argument, new Command.Rset());
      case "NOOP" -> new Command.Noop();
      case "QUIT" -> bare(argument, new Command.Quit());
      case "VRFY" -> new Command.Vrfy(argument);
      case "EXPN" -> new Command.Expn(argument);
      case "HELP" -> new Command.Help();
      case "STARTTLS" -> bare(argument, new Command.StartTls());
      case "AUTH" -> auth(argument);
      case "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH", "TRACE", "PRI" ->
          new Command.Foreign(verb);
      default -> throw new Refused(SYNTAX);
    };
  }

  private static Command bare(String argument, Command command) throws Refused {
    if (!argument.isEmpty()) {
      throw new Refused(NO_ARGUMENT);
    }
    return command;
  }

  private static String client(String argument) throws Refused {
    // The name is only noted (RFC 5321 §4.1.4 forbids to refuse mail over it), so more than domains
    // is taken.
    if (!CLIENT_NAME.matcher(argument).matches()) {
      throw new Refused(Reply.of(501, "5.5.4 A domain or address literal is wanted here"));
    }
    return argument;
  }

  private static Command mail(String argument) throws Refused {
    var rest = behindColon(argument, "FROM:");
    PathParser.Parsed<ReversePath> path;
    try {
      path = PathParser.reversePath(rest);
    } catch (AddressSyntaxException e) {
      throw new Refused(Reply.of(501, "5.1.7 Bad sender address: " + e.getMessage()));
    }
    var parameters = mailParameters(rest.substring(path.end()));
    if (!parameters.smtpUtf8() && path.path().toString().chars().anyMatch(c -> c >= 0x80)) {
      // RFC 6531 §3.5: a non-ASCII address needs the keyword
      throw new Refused(Reply.of(553, "5.6.7 Non-ASCII sender needs the SMTPUTF8 parameter"));
    }
    return new Command.Mail(path.path(), parameters);
  }

  private static Command rcpt(String argument) throws Refused {
    var rest = behindColon(argument, "TO:");
    PathParser.Parsed<ForwardPath> path;
    try {
      path = PathParser.forwardPath(rest);
    } catch (AddressSyntaxException e) {
      throw new Refused(Reply.of(501, "5.1.3 Bad recipient address: " + e.getMessage()));
    }
    return new Command.Rcpt(path.path(), rcptParameters(rest.substring(path.end())));
  }

  private static String behindColon(String argument, String word) throws Refused {
    if (!argument.regionMatches(true, 0, word, 0, word.length())) {
      throw new Refused(Reply.of(501, "5.5.4 " + word + "<address> is wanted here"));
    }
    return argument.substring(word.length()).stripLeading();
  }

  private static MailParameters mailParameters(String text) throws Refused {
    var size = OptionalLong.empty();
    var body = BodyType.SEVEN_BIT;
    var encoding = AddressEncoding.ASCII;
    var ret = Optional.<DsnReturn>empty();
    var envelopeId = Optional.<String>empty();
    var auth = Optional.<ReversePath>empty();
    for (var p : parameters(text).entrySet()) {
      var value = p.getValue();
      switch (p.getKey()) {
        case "SIZE" -> size = OptionalLong.of(number(value));
        case "BODY" ->
            body =
                switch (value.toUpperCase(Locale.ROOT)) {
                  case "7BIT" -> BodyType.SEVEN_BIT;
                  case "8BITMIME" -> BodyType.EIGHT_BIT_MIME;
                  default -> throw new Refused(Reply.of(504, "5.5.4 Unsupported BODY value"));
                };
        case "SMTPUTF8" -> {
          if (!value.isEmpty()) {
            throw new Refused(badValue("SMTPUTF8"));
          }
          encoding = AddressEncoding.SMTPUTF8;
        }
        case "RET" ->
            ret =
                switch (value.toUpperCase(Locale.ROOT)) {
                  case "FULL" -> Optional.of(DsnReturn.FULL);
                  case "HDRS" -> Optional.of(DsnReturn.HDRS);
                  default -> throw new Refused(badValue("RET"));
                };
        case "ENVID" -> envelopeId = Optional.of(xtext("ENVID", value, 100)); // RFC 3461 §4.4
        case "AUTH" -> auth = Optional.of(authParameter(value));
        default -> throw new Refused(unknown(p.getKey()));
      }
    }
    return new MailParameters(size, body, encoding, ret, envelopeId, auth);
  }

  private static RcptParameters rcptParameters(String text) throws Refused {
    var notify = EnumSet.noneOf(DsnNotify.class);
    var original = Optional.<String>empty();
    for (var p : parameters(text).entrySet()) {
      switch (p.getKey()) {
        case "NOTIFY" -> {
          for (var word : p.getValue().toUpperCase(Locale.ROOT).split(",", -1)) {
            notify.add(
                switch (word) {
                  case "NEVER" -> DsnNotify.NEVER;
                  case "SUCCESS" -> DsnNotify.SUCCESS;
                  case "FAILURE" -> DsnNotify.FAILURE;
                  case "DELAY" -> DsnNotify.DELAY;
                  default -> throw new Refused(badValue("NOTIFY"));
                });
          }
          if (notify.contains(DsnNotify.NEVER) && notify.size() > 1) { // RFC 3461 §4.1
            throw new Refused(badValue("NOTIFY"));
          }
        }
        case "ORCPT" -> {
          var value = p.getValue();
          var semicolon = value.indexOf(';');
          if (semicolon < 1 || !KEYWORD.matcher(value.substring(0, semicolon)).matches()) {
            throw new Refused(badValue("ORCPT"));
          }
          original =
              Optional.of(
                  value.substring(0, semicolon + 1)
                      + xtext("ORCPT", originalAddress(value, semicolon), 500)); // RFC 3461 §4.2
        }
        default -> throw new Refused(unknown(p.getKey()));
      }
    }
    return new RcptParameters(notify, original);
  }

  /**
   * The address of ORCPT, still encoded. One of type utf-8 may come as it is (RFC 6533 §3,
   * utf-8-addr-unitext); from here on it is written so that every server takes it.
   */
  private static String originalAddress(String value, int semicolon) throws Refused {
    var address = value.substring(semicolon + 1);
    if (!value.substring(0, semicolon).equalsIgnoreCase("utf-8")) {
      return address;
    }
    var out = new StringBuilder(address.length());
    for (var c : address.codePoints().toArray()) {
      if (c >= 0x80 && c < 0xA0 || c >= 0x80 && !Character.isDefined(c)) {
        throw new Refused(badValue("ORCPT"));
      }
      if (c < 0x80) {
        out.append((char) c);
      } else {
        out.append("\\x{").append(Integer.toHexString(c).toUpperCase(Locale.ROOT)).append('}');
      }
    }
    return out.toString();
  }

  /** esmtp-param = keyword ["=" value], each once, in any order (RFC 5321 §4.1.2). */
  private static Map<String, String> parameters(String text) throws Refused {
    var out = new HashMap<String, String>();
    if (text.isEmpty()) {
      return out;
    }
    if (text.charAt(0) != ' ') {
      throw new Refused(Reply.of(501, "5.5.4 A blank is wanted behind the address"));
    }
    for (var word : text.strip().split(" +", -1)) {
      if (word.isEmpty()) {
        continue;
      }
      var equals = word.indexOf('=');
      var keyword = equals < 0 ? word : word.substring(0, equals);
      if (!KEYWORD.matcher(keyword).matches() || equals == word.length() - 1) {
        throw new Refused(Reply.of(501, "5.5.4 Malformed parameter"));
      }
      if (out.put(keyword.toUpperCase(Locale.ROOT), equals < 0 ? "" : word.substring(equals + 1))
          != null) {
        throw new Refused(Reply.of(501, "5.5.4 Parameter given twice"));
      }
    }
    return out;
  }

  private static Command bdat(String argument) throws Refused {
    var words = argument.split(" +", -1);
    var last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
    if (words.length > 2 || words.length == 2 && !last || !DIGITS.matcher(words[0]).matches()) {
      throw new Refused(Reply.of(501, "5.5.4 BDAT takes a size and an optional LAST"));
    }
    return new Command.Bdat(number(words[0]), last ? Command.Chunk.LAST : Command.Chunk.MORE);
  }

  private static Command auth(String argument) throws Refused {
    var words = argument.split(" +", -1);
    if (words.length > 2 || !MECHANISM.matcher(words[0]).matches()) {
      throw new Refused(Reply.of(501, "5.5.4 AUTH takes a mechanism and an initial response"));
    }
    return new Command.Auth(
        words[0].toUpperCase(Locale.ROOT),
        words.length == 2 ? Optional.of(words[1]) : Optional.empty());
  }

  private static ReversePath authParameter(String value) throws Refused {
    var text = xtext("AUTH", value, 500);
    if (text.equals("<>")) {
      return ReversePath.nobody();
    }
    try {
      return PathParser.reversePath("<" + text + ">").path();
    } catch (AddressSyntaxException e) {
      throw new Refused(badValue("AUTH"));
    }
  }

  private static long number(String digits) throws Refused {
    if (!DIGITS.matcher(digits).matches()) {
      throw new Refused(Reply.of(501, "5.5.4 A number is wanted here"));
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long
          .MAX_VALUE; // RFC 1870 §4 allows twenty digits; more than we can count is too much anyway
    }
  }

  private static String xtext(String keyword, String value, int max) throws Refused {
    return Xtext.decode(value)
        .filter(s -> s.length() <= max && !s.isEmpty())
        .orElseThrow(() -> new Refused(badValue(keyword)));
  }

  private static Reply badValue(String keyword) {
    return Reply.of(501, "5.5.4 Bad value for " + keyword);
  }

  private static Reply unknown(String keyword) {
    // RFC 5321 §4.1.1.11
    return Reply.of(555, "5.5.4 Parameter " + keyword + " is not recognized or implemented");
  }

  /** Carries the reply out of the depth of the grammar; never leaves this class. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Reply reply;

    Refused(Reply reply) {
      super(reply.toString(), null, false, false);
      this.reply = reply;
    }
  }
}
