package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "g, http://a/b/c/g",
    "./g, http://a/b/c/g",
    "g/, http://a/b/c/g/",
    "/g, http://a/g",
    "//g, http://g",
    "?y, http://a/b/c/d;p?y",
    "g?y, http://a/b/c/g?y",
    "#s, http://a/b/c/d;p?q",
    "g#s, http://a/b/c/g",
    ";x, http://a/b/c/;x",
    "'', http://a/b/c/d;p?q",
    "., http://a/b/c/",
    "./, http://a/b/c/",
    ".., http://a/b/",
    "../g, http://a/b/g",
    "../.., http://a/",
    "../../../g, http://a/g",
    "/./g, http://a/g",
    "/../g, http://a/g",
    "g., http://a/b/c/g.",
    "..g, http://a/b/c/..g",
    "./../g, http://a/b/g",
    "g/./h, http://a/b/c/g/h",
    "g/../h, http://a/b/c/h",
    "g;x=1/../y, http://a/b/c/y",
    "g?y/../x, http://a/b/c/g?y/../x",
    "https://h/x/../y?z, https://h/y?z",
  })
  @Spec("RFC 3986 §5.4")
  void referencesMeanWhatTheStandardsExamplesSay(String reference, String meant) throws Exception {
    assertThat(UriReference.resolve(URI.create("http://a/b/c/d;p?q"), reference))
        .isEqualTo(URI.create(meant));
  }

  @ParameterizedTest
  @CsvSource({
    "/a b, http://h/a%20b",
    "/a[1]?b[2], http://h/a%5B1%5D?b[2]",
    "/100%, http://h/100%25",
    "/100%2, http://h/100%252",
    "/a%2fb, http://h/a%2fb",
    "'/\u00c3\u00bc', http://h/%C3%BC",
    "//[::1]:80/x, http://[::1]:80/x",
    "x, http://h/x",
  })
  void whatMayNotStandThereIsEncoded(String reference, String meant) throws Exception {
    assertThat(UriReference.resolve(URI.create("http://h"), reference))
        .isEqualTo(URI.create(meant));
  }
}
