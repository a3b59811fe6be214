package io.l7.smtp.tlsrpt;

import io.l7.common.json.Json;
import io.l7.smtp.address.Mailbox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.zip.CRC32;
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

  /**
   * The same for the same day, domain and server of ours: a report that comes twice is known by it,
   * and those of two servers with one contact are told apart.
   */
  public String id() {
    return day + "." + domain + "@" + organization;
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

  /** RFC 8460 §5.1, with what tells our servers apart at its end. */
  public String fileName() {
    var server = new CRC32();
    server.update(organization.getBytes(StandardCharsets.UTF_8));
    var begin = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    var end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
    var unique = Long.toHexString(server.getValue());
    return String.join("!", submitter(), domain, "" + begin, "" + end, unique) + ".json.gz";
  }
}
