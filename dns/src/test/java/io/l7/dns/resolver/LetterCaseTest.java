package io.l7.dns.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random letters are between us and the name servers; clients see their own. */
class LetterCaseTest {
  private static ResourceRecord record(String text) {
    return RecordText.parseRecord(text, Name.ROOT, 0);
  }

  private static List<String> restored(String meant, String sent, String... records) {
    Question question = Question.of(Name.parse(meant), RRType.A);
    Message query = Message.query(1, question.withName(Name.parse(sent)));
    List<ResourceRecord> answer =
        java.util.Arrays.stream(records).map(LetterCaseTest::record).toList();
    Message response =
        Message.responseTo(query, Rcode.NOERROR).withSections(answer, List.of(), List.of());
    return LetterCase.restored(response, query, question).answer().stream()
        .map(record -> record.toString().replace('\t', ' '))
        .toList();
  }

  @Test
  @Spec("RFC 1035 §4.1.4")
  void namesThatPointIntoTheQuestionGetItsOwnLettersBack() {
    assertThat(
            restored(
                "www.Example.com",
                "wWw.eXAmPLe.cOm",
                "wWw.eXAmPLe.cOm 60 IN CNAME host.eXAmPLe.cOm",
                "eXAmPLe.cOm 60 IN SOA ns.eXAmPLe.cOm admin.other.cOm 1 2 3 4 5",
                "eXAmPLe.cOm 60 IN MX 10 Mail.Other.org"))
        .containsExactly(
            "www.Example.com. 60 IN CNAME host.Example.com.",
            "Example.com. 60 IN SOA ns.Example.com. admin.other.com. 1 2 3 4 5",
            "Example.com. 60 IN MX 10 Mail.Other.org.");
  }

  @Test
  @Spec("RFC 6840 §5.1")
  void whatMayNotBeCompressedStaysAsItWasSigned() {
    assertThat(
            restored(
                "www.example.com",
                "wWw.eXAmPLe.cOm",
                "eXAmPLe.cOm 60 IN NSEC a.eXAmPLe.cOm A NSEC",
                "EXAMPLE.COM 60 IN TXT \"eXAmPLe.cOm\""))
        .containsExactly(
            "example.com. 60 IN NSEC a.eXAmPLe.cOm. A NSEC",
            "EXAMPLE.COM. 60 IN TXT \"eXAmPLe.cOm\"");
  }
}
