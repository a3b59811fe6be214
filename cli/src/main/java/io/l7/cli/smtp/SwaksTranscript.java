package io.l7.cli.smtp;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A dialogue as swaks prints it: {@code <-} heard, {@code ->} said, {@code ~} under TLS, {@code **}
 * where it is a refusal, {@code ===} and {@code ***} what is on no wire. For one connection.
 */
final class SwaksTranscript implements Transcript {
  private final PrintWriter out;
  private final PrintWriter err;
  private final View view;
  private final List<String> held = new ArrayList<>();
  private final StringBuilder line = new StringBuilder();
  private Event.Side last = Event.Side.CLIENT;
  private Instant said = Instant.EPOCH;
  private boolean content;
  private boolean failed;
  private int lines;

  /**
   * What is shown.
   *
   * @param silent 0: all; 1: nothing unless there is an error; 2: errors alone; 3: nothing
   */
  record View(
      boolean suppressData,
      boolean timeLapse,
      boolean infoHints,
      boolean sendHints,
      boolean receiveHints,
      boolean info,
      boolean sent,
      boolean received,
      int silent) {}

  /** Errors and refusals go to {@code err}, the rest to {@code out}. */
  SwaksTranscript(PrintWriter out, PrintWriter err, View view) {
    this.out = out;
    this.err = err;
    this.view = view;
  }

  @Override
  public void event(Event event) {
    switch (event) {
      case Event.Opened opened -> {
        said = opened.at();
        info("Connected to " + opened.there().getHostString() + ".");
      }
      case Event.Secured secured ->
          info("TLS started with cipher " + secured.protocol() + ":" + secured.cipherSuite());
      case Event.Spoke spoke -> spoke(spoke);
      case Event.Note note -> info(note.text());
      case Event.Closed closed -> {
        // whether that was as it should be the caller knows
      }
    }
  }

  private void spoke(Event.Spoke spoke) {
    var tilde = spoke.cover() == Event.Cover.TLS;
    if (spoke.by() == Event.Side.CLIENT) {
      said = spoke.at();
    } else if (last == Event.Side.CLIENT && view.timeLapse()) {
      var took = Duration.between(said, spoke.at()).toMillis();
      info("response in %d.%03ds".formatted(took / 1000, took % 1000));
    }
    last = spoke.by();
    for (var c : new String(spoke.octets(), StandardCharsets.UTF_8).toCharArray()) {
      if (c == '\n') {
        var text = line.toString();
        line.setLength(0);
        if (spoke.by() == Event.Side.CLIENT) {
          said(text, tilde);
        } else {
          heard(text, tilde);
        }
      } else if (c != '\r') {
        line.append(c);
      }
    }
  }

  private void said(String text, boolean tilde) {
    if (content) {
      lines++;
      content = !text.equals(".");
      if (view.suppressData()) {
        if (!content) {
          sent(lines + " lines sent", tilde);
        }
        return;
      }
    }
    sent(text, tilde);
  }

  private void sent(String text, boolean tilde) {
    if (view.sent()) {
      print(view.sendHints() ? (tilde ? " ~> " : " -> ") + text : text, Kind.USUAL);
    }
  }

  private void heard(String text, boolean tilde) {
    if (text.startsWith("354")) {
      content = true;
      lines = 0;
    }
    var refused = text.startsWith("4") || text.startsWith("5");
    var hint = refused ? (tilde ? "<~* " : "<** ") : tilde ? "<~  " : "<-  ";
    if (view.received()) {
      print(view.receiveHints() ? hint + text : text, refused ? Kind.ERROR : Kind.USUAL);
    }
  }

  /** Says something beside the dialogue. */
  void info(String text) {
    if (view.info()) {
      print(view.infoHints() ? "=== " + text : text, Kind.USUAL);
    }
  }

  /** Says what is wrong. */
  void error(String text) {
    print("*** " + text, Kind.ERROR);
  }

  private enum Kind {
    USUAL,
    ERROR
  }

  private void print(String text, Kind kind) {
    var error = kind == Kind.ERROR;
    switch (view.silent()) {
      case 0 -> write(text, kind);
      case 1 -> {
        failed |= error;
        if (failed) {
          held.forEach(h -> write(h, Kind.USUAL));
          held.clear();
          write(text, kind);
        } else {
          held.add(text);
        }
      }
      case 2 -> {
        if (error) {
          write(text, kind);
        }
      }
      default -> {
        // nothing
      }
    }
  }

  private void write(String text, Kind kind) {
    var to = kind == Kind.ERROR ? err : out;
    to.println(text);
    to.flush();
  }
}
