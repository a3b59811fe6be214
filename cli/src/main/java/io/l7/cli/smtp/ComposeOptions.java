package io.l7.cli.smtp;

import io.l7.cli.Failure;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What a mail says, as options. A mixin. */
final class ComposeOptions {
  private static final Pattern FIELD_NAME = Pattern.compile("[!-9;-~]+");

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(names = "--subject", paramLabel = "S", description = "The subject.")
  private String subject = "";

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A field of the header, set or replaced; repeatable.")
  private List<String> headers = List.of();

  @Option(names = "--body", paramLabel = "TEXT", description = "The text; '-' is standard input.")
  private @Nullable String body;

  @Option(names = "--attach", paramLabel = "FILE", description = "A file to attach; repeatable.")
  private List<Path> attach = List.of();

  @Option(names = "--eml", paramLabel = "FILE", description = "Send this file as it is.")
  private @Nullable Path eml;

  /** Whether the mail is given as a whole. */
  boolean ready() {
    return eml != null;
  }

  /** The mail: the file given, or one that is composed. */
  byte[] octets(String sender, List<Mailbox> recipients) throws IOException {
    if (eml != null) {
      return Files.readAllBytes(eml);
    }
    var text =
        body == null
            ? ""
            : body.equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : body;
    for (var file : attach) {
      if (!Files.isReadable(file)) {
        throw new Failure(file.toString(), "cannot be read");
      }
    }
    return Composer.compose(
        sender, recipients, harmless("--subject", subject), fields(), text, attach);
  }

  private Map<String, String> fields() {
    var out = new LinkedHashMap<String, String>();
    for (var header : headers) {
      var colon = header.indexOf(':');
      if (colon < 1 || !FIELD_NAME.matcher(header.substring(0, colon)).matches()) {
        throw wrong("--header takes 'Name: value'");
      }
      out.put(
          header.substring(0, colon), harmless("--header", header.substring(colon + 1).strip()));
    }
    return out;
  }

  /** No option becomes a field of its own. */
  private String harmless(String option, String text) {
    if (text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 127)) {
      throw wrong(option + " holds a line end or another control character");
    }
    return text;
  }

  private ParameterException wrong(String why) {
    return new ParameterException(Objects.requireNonNull(command).commandLine(), why);
  }
}
