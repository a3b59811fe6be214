package io.l7.common.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialogueTest {
  private final List<String> lines = new ArrayList<>();
  private final Dialogue dialogue = new Dialogue(lines::add, Dialogue.Naming.BARE);

  private void say(Event.Side by, byte[] octets) {
    dialogue.event(new Event.Spoke(Instant.EPOCH, "1", by, octets, Event.Cover.PLAIN));
  }

  private void say(Event.Side by, String text) {
    say(by, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsNoTextIsCountedAndNothingStandsBeforeIt() {
    say(Event.Side.SERVER, new byte[300]);
    say(Event.Side.SERVER, new byte[20]);
    say(Event.Side.CLIENT, "QUIT\r\n");
    assertThat(lines).containsExactly("S: [320 octets]", "C: QUIT");
  }

  @Test
  void theBeginningOfALineStandsBeforeWhatIsNoText() {
    say(Event.Side.SERVER, "200 ");
    say(Event.Side.SERVER, new byte[20]);
    say(Event.Side.SERVER, "\r\n");
    assertThat(lines).startsWith("S: 200 ", "S: [20 octets]");
  }

  @Test
  void anEmptyLineIsALine() {
    say(Event.Side.CLIENT, "GET / HTTP/1.1\r\n\r\n");
    assertThat(lines).containsExactly("C: GET / HTTP/1.1", "C: ");
  }

  /** A terminal takes U+009B for the beginning of a command as it does ESC [. */
  @Test
  void noControlOfEitherSetReachesTheTerminal() {
    say(Event.Side.SERVER, "a\u001b[2Jb\u009b2Jc\u0085d\u007fe\tf is of some length\r\n");
    assertThat(lines).containsExactly("S: a\\x1b[2Jb\\x9b2Jc\\x85d\\x7fe\tf is of some length");
  }
}
