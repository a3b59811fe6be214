package io.l7.http.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of fields, spelled as their RFCs spell them. Names are case-insensitive everywhere (RFC
 * 9110 §5.1).
 */
public final class FieldNames {
  public static final String ACCEPT = "Accept";
  public static final String ACCEPT_ENCODING = "Accept-Encoding";
  public static final String ACCEPT_LANGUAGE = "Accept-Language";
  public static final String ACCEPT_RANGES = "Accept-Ranges";
  public static final String ACCESS_CONTROL_ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  public static final String AGE = "Age";
  public static final String ALLOW = "Allow";
  public static final String ALT_SVC = "Alt-Svc";
  public static final String AUTHORIZATION = "Authorization";
  public static final String CACHE_CONTROL = "Cache-Control";
  public static final String CACHE_STATUS = "Cache-Status";
  public static final String CDN_CACHE_CONTROL = "CDN-Cache-Control";
  public static final String CONNECTION = "Connection";
  public static final String CONTENT_DISPOSITION = "Content-Disposition";
  public static final String CONTENT_ENCODING = "Content-Encoding";
  public static final String CONTENT_LANGUAGE = "Content-Language";
  public static final String CONTENT_LENGTH = "Content-Length";
  public static final String CONTENT_LOCATION = "Content-Location";
  public static final String CONTENT_RANGE = "Content-Range";
  public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
  public static final String CONTENT_TYPE = "Content-Type";
  public static final String COOKIE = "Cookie";
  public static final String DATE = "Date";
  public static final String DNT = "DNT";
  public static final String ETAG = "ETag";
  public static final String EXPECT = "Expect";
  public static final String EXPIRES = "Expires";
  public static final String FORWARDED = "Forwarded";
  public static final String HOST = "Host";
  public static final String IF_MATCH = "If-Match";
  public static final String IF_MODIFIED_SINCE = "If-Modified-Since";
  public static final String IF_NONE_MATCH = "If-None-Match";
  public static final String IF_RANGE = "If-Range";
  public static final String IF_UNMODIFIED_SINCE = "If-Unmodified-Since";
  public static final String KEEP_ALIVE = "Keep-Alive";
  public static final String LAST_MODIFIED = "Last-Modified";
  public static final String LINK = "Link";
  public static final String LOCATION = "Location";
  public static final String MAX_FORWARDS = "Max-Forwards";
  public static final String ORIGIN = "Origin";
  public static final String PRAGMA = "Pragma";
  public static final String PRIORITY = "Priority";
  public static final String PROXY_AUTHENTICATE = "Proxy-Authenticate";
  public static final String PROXY_AUTHORIZATION = "Proxy-Authorization";
  public static final String PROXY_CONNECTION = "Proxy-Connection";
  public static final String RANGE = "Range";
  public static final String REFERER = "Referer";
  public static final String RETRY_AFTER = "Retry-After";
  public static final String SEC_FETCH_DEST = "Sec-Fetch-Dest";
  public static final String SEC_FETCH_MODE = "Sec-Fetch-Mode";
  public static final String SEC_FETCH_SITE = "Sec-Fetch-Site";
  public static final String SEC_FETCH_USER = "Sec-Fetch-User";
  public static final String SEC_WEBSOCKET_ACCEPT = "Sec-WebSocket-Accept";
  public static final String SEC_WEBSOCKET_KEY = "Sec-WebSocket-Key";
  public static final String SEC_WEBSOCKET_PROTOCOL = "Sec-WebSocket-Protocol";
  public static final String SEC_WEBSOCKET_VERSION = "Sec-WebSocket-Version";
  public static final String SERVER = "Server";
  public static final String SET_COOKIE = "Set-Cookie";
  public static final String STRICT_TRANSPORT_SECURITY = "Strict-Transport-Security";
  public static final String TE = "TE";
  public static final String TRAILER = "Trailer";
  public static final String TRANSFER_ENCODING = "Transfer-Encoding";
  public static final String UPGRADE = "Upgrade";
  public static final String UPGRADE_INSECURE_REQUESTS = "Upgrade-Insecure-Requests";
  public static final String USER_AGENT = "User-Agent";
  public static final String VARY = "Vary";
  public static final String VIA = "Via";
  public static final String WARNING = "Warning";
  public static final String WWW_AUTHENTICATE = "WWW-Authenticate";
  public static final String X_CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
  public static final String X_FORWARDED_FOR = "X-Forwarded-For";
  public static final String X_FORWARDED_HOST = "X-Forwarded-Host";
  public static final String X_FORWARDED_PROTO = "X-Forwarded-Proto";
  public static final String X_REAL_IP = "X-Real-IP";
  public static final String X_REQUEST_ID = "X-Request-ID";

  private static final List<String> ALL =
      List.of(
          ACCEPT,
          ACCEPT_ENCODING,
          ACCEPT_LANGUAGE,
          ACCEPT_RANGES,
          ACCESS_CONTROL_ALLOW_ORIGIN,
          AGE,
          ALLOW,
          ALT_SVC,
          AUTHORIZATION,
          CACHE_CONTROL,
          CACHE_STATUS,
          CDN_CACHE_CONTROL,
          CONNECTION,
          CONTENT_DISPOSITION,
          CONTENT_ENCODING,
          CONTENT_LANGUAGE,
          CONTENT_LENGTH,
          CONTENT_LOCATION,
          CONTENT_RANGE,
          CONTENT_SECURITY_POLICY,
          CONTENT_TYPE,
          COOKIE,
          DATE,
          DNT,
          ETAG,
          EXPECT,
          EXPIRES,
          FORWARDED,
          HOST,
          IF_MATCH,
          IF_MODIFIED_SINCE,
          IF_NONE_MATCH,
          IF_RANGE,
          IF_UNMODIFIED_SINCE,
          KEEP_ALIVE,
          LAST_MODIFIED,
          LINK,
          LOCATION,
          MAX_FORWARDS,
          ORIGIN,
          PRAGMA,
          PRIORITY,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          PROXY_CONNECTION,
          RANGE,
          REFERER,
          RETRY_AFTER,
          SEC_FETCH_DEST,
          SEC_FETCH_MODE,
          SEC_FETCH_SITE,
          SEC_FETCH_USER,
          SEC_WEBSOCKET_ACCEPT,
          SEC_WEBSOCKET_KEY,
          SEC_WEBSOCKET_PROTOCOL,
          SEC_WEBSOCKET_VERSION,
          SERVER,
          SET_COOKIE,
          STRICT_TRANSPORT_SECURITY,
          TE,
          TRAILER,
          TRANSFER_ENCODING,
          UPGRADE,
          UPGRADE_INSECURE_REQUESTS,
          USER_AGENT,
          VARY,
          VIA,
          WARNING,
          WWW_AUTHENTICATE,
          X_CONTENT_TYPE_OPTIONS,
          X_FORWARDED_FOR,
          X_FORWARDED_HOST,
          X_FORWARDED_PROTO,
          X_REAL_IP,
          X_REQUEST_ID);

  /**
   * Open addressing over a power of two, four times as large as the list: most look-ups are one
   * probe.
   */
  private static final int SLOTS = 512;

  /** Empty where no name hashes to. */
  private static final String[] TABLE = table();

  private static final byte[][] BYTES =
      Arrays.stream(TABLE).map(n -> n.getBytes(StandardCharsets.ISO_8859_1)).toArray(byte[][]::new);

  private FieldNames() {}

  /**
   * The constant equal, without regard to case, to these bytes; none where the name is not in the
   * list.
   */
  static @Nullable String known(byte[] buffer, int start, int end) {
    for (int slot = hash(buffer, start, end); ; slot = (slot + 1) & (SLOTS - 1)) {
      byte[] candidate = BYTES[slot];
      if (candidate.length == 0) {
        return null;
      }
      if (candidate.length == end - start && equalIgnoringCase(candidate, buffer, start)) {
        return TABLE[slot];
      }
    }
  }

  private static boolean equalIgnoringCase(byte[] candidate, byte[] buffer, int start) {
    for (int i = 0; i < candidate.length; i++) {
      int difference = candidate[i] ^ buffer[start + i];
      // Field names are tokens: bit 0x20 apart means the other case of a letter, except for a few
      // separators no token has.
      if (difference != 0 && (difference != 0x20 || !isLetter(candidate[i]))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(byte b) {
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'z';
  }

  private static int hash(byte[] buffer, int start, int end) {
    int length = end - start;
    int first = buffer[start] | 0x20;
    int middle = buffer[start + length / 2] | 0x20;
    int last = buffer[end - 1] | 0x20;
    return (length * 31 + first * 7 + middle * 131 + last * 17) & (SLOTS - 1);
  }

  private static String[] table() {
    var table = new String[SLOTS];
    Arrays.fill(table, "");
    for (String name : ALL) {
      byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
      int slot = hash(bytes, 0, bytes.length);
      while (!table[slot].isEmpty()) {
        slot = (slot + 1) & (SLOTS - 1);
      }
      table[slot] = name;
    }
    return table;
  }
}
