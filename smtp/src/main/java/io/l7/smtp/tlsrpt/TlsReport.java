package io.l7.smtp.tlsrpt;

import io.l7.common.json.Json;
import io.l7.smtp.address.Mailbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.zip.GZIPOutputStream;

/**
 * The report of a day to a domain (RFC 8460 §4).
 *
 * @param organization who reports: our host name
 * @param contact whom to ask, and who sends it
 * @param day of UTC
 * @param domain about whose servers it is, in A-labels
 * @param policies what happened under them
 */
public record TlsReport(
    String organization, Mailbox contact, LocalDate day, String domain, Json policies) {

  /** The same for the same day and domain: a report that comes twice is known by it. */
  public String id() {
    return day + "." + domain + "@" + submitter();
  }

  /** The domain of whoever sends it. */
  public String submitter() {
    return contact.canonicalDomain();
  }

  /** The report. */
  public Json json() {
    return Json.object()
        .put("organization-name", organization)
        .put(
            "date-range",
            Json.object()
                .put("start-datetime", day + "T00:00:00Z")
                .put("end-datetime", day + "T23:59:59Z"))
        .put("contact-info", contact)
        .put("report-id", id())
        .put("policies", policies)
        .build();
  }

  /** The report as it goes out, {@code application/tlsrpt+gzip} (RFC 8460 §6.4). */
  public byte[] compressed() {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(json().toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** RFC 8460 §5.1. */
  public String fileName() {
    var begin = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
    return submitter() + "!" + domain + "!" + begin + "!" + end + ".json.gz";
  }
}
