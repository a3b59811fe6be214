package io.l7.smtp.tlsrpt;

import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The TXT record at {@code _smtp._tls.DOMAIN} (RFC 8460 §3). */
public final class TlsRptRecord {
  /** Nothing in it is tried twice: whoever writes the record could keep us at it for hours. */
  private static final Pattern FORM =
      Pattern.compile(
          "v=TLSRPTv1"
              + "(?:[ \\t]*+;[ \\t]*+[A-Za-z0-9][A-Za-z0-9_.-]{0,31}+[ \\t]*+=[!-:<-~ \\t]++)++"
              + "(?:;[ \\t]*+)?");

  private static final Pattern VERSION = Pattern.compile("v=TLSRPTv1[ \\t]*+;.*+", Pattern.DOTALL);

  private TlsRptRecord() {}

  /**
   * Where reports go by the texts at that name, {@code most} at most; none unless exactly one text
   * is a record, and that one sound. Schemes that are not known are passed over, and so are
   * addresses that are not in ASCII: a report must reach whoever it is for without SMTPUTF8.
   */
  public static List<ReportUri> uris(List<String> texts, int most) {
    var records = texts.stream().filter(t -> VERSION.matcher(t).matches()).toList();
    if (records.size() != 1 || !FORM.matcher(records.getFirst()).matches()) {
      return List.of();
    }
    var out = new ArrayList<ReportUri>();
    for (var field : records.getFirst().split(";", -1)) {
      var equals = field.indexOf('=');
      if (equals > 0 && field.substring(0, equals).strip().equals("rua")) {
        for (var uri : field.substring(equals + 1).split(",", -1)) {
          uri(uri.strip()).ifPresent(out::add);
        }
      }
    }
    return out.stream().distinct().limit(most).toList();
  }

  private static Optional<ReportUri> uri(String text) {
    try {
      if (text.regionMatches(true, 0, "mailto:", 0, 7)) {
        var address = text.substring(7).replaceFirst("\\?.*", "").replace("+", "%2B");
        return Optional.of(Mailbox.parse(URLDecoder.decode(address, StandardCharsets.UTF_8)))
            .filter(to -> !to.needsSmtpUtf8())
            .map(ReportUri.Mail::new);
      }
      var uri = new URI(text);
      return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null
          ? Optional.of(new ReportUri.Https(uri))
          : Optional.empty();
    } catch (AddressSyntaxException | URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
