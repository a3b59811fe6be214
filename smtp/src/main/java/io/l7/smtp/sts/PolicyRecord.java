package io.l7.smtp.sts;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The TXT record at {@code _mta-sts.DOMAIN} (RFC 8461 §3.1). */
public final class PolicyRecord {
  private static final String BEGIN = "v=STSv1;";

  /** Nothing in it is tried twice: whoever writes the record could keep us at it for hours. */
  private static final Pattern FORM =
      Pattern.compile(
          "v=STSv1(?:[ \\t]*+;[ \\t]*+[A-Za-z0-9][A-Za-z0-9_.-]{0,31}+=[!-:<>-~]++)++"
              + "[ \\t]*+(?:;[ \\t]*+)?");

  private static final Pattern ID = Pattern.compile(";[ \\t]*id=([A-Za-z0-9]{1,32})[ \\t]*(?:;|$)");

  private PolicyRecord() {}

  /**
   * The id among the texts at that name; empty unless exactly one is a record, and that one sound.
   */
  public static Optional<String> id(List<String> texts) {
    var records = texts.stream().filter(t -> t.replaceAll("[ \t]", "").startsWith(BEGIN)).toList();
    if (records.size() != 1 || !FORM.matcher(records.getFirst()).matches()) {
      return Optional.empty();
    }
    var id = ID.matcher(records.getFirst());
    return id.find() ? Optional.of(id.group(1)) : Optional.empty();
  }
}
