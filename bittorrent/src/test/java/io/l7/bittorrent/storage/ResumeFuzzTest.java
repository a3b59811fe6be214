package io.l7.bittorrent.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Any bytes are a record or none; with a right checksum around it a record is read as written. */
class ResumeFuzzTest {
  private static final byte[] MAGIC = "L7 resume 1\n".getBytes(StandardCharsets.US_ASCII);

  @FuzzTest(maxDuration = "5s")
  void whatIsInsideTheChecksumIsARecordOrNothing(byte[] body) throws Exception {
    assertThat(ResumeRecord.decode(body)).isEmpty();
    var bytes = Arrays.copyOf(MAGIC, MAGIC.length + body.length + 20);
    System.arraycopy(body, 0, bytes, MAGIC.length, body.length);
    var sum = MessageDigest.getInstance("SHA-1");
    sum.update(bytes, 0, MAGIC.length + body.length);
    sum.digest(bytes, MAGIC.length + body.length, 20);
    ResumeRecord.decode(bytes)
        .ifPresent(record -> assertThat(ResumeRecord.decode(record.encode())).contains(record));
  }
}
