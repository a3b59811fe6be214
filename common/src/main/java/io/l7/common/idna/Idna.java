package io.l7.common.idna;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names beyond ASCII, mapped as UTS #46 does it for lookup, not transitional, with the strict rules
 * of IDNA 2008 for hyphens, joiners (RFC 5892) and directions (RFC 5893): as browsers do it, so
 * that one name leads to one host. Safe for all threads.
 */
public final class Idna {
  /** UTS #46 §4: the full stop, and what people type for it in ideographs and wide letters. */
  private static final Pattern DOTS = Pattern.compile("[.\u3002\uFF0E\uFF61]");

  private Idna() {}

  /** The labels of a name as it was typed; one that ends with a dot has an empty one at its end. */
  public static List<String> labels(String name) {
    return List.of(DOTS.split(name, -1));
  }

  /**
   * The name in lower case, each label beyond ASCII as an A-label, {@code xn--...}. Labels of ASCII
   * are not checked: what may stand there is for those to say who use the name.
   *
   * @throws IllegalArgumentException a label has no such form, or one of more than 63 octets
   */
  public static String toAscii(String name) {
    return labels(name).stream().map(ALabel::of).collect(Collectors.joining("."));
  }

  /** Whether a label that says it is an A-label stands for anything; any other one does. */
  public static boolean isSound(String label) {
    return ALabel.isSound(label);
  }
}
