package io.l7.lab.junit;

import io.l7.common.transcript.Dialogue;
import io.l7.common.transcript.Event;
import io.l7.common.transcript.Pcapng;
import io.l7.lab.core.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.ExtensionContext;

/** What is kept of a lab whose test failed. */
final class Evidence {
  /** Names of files stay below this, with room for what is added. */
  private static final int LONGEST = 120;

  private Evidence() {}

  /** A folder for a test: its class, its method, and which of its invocations. */
  static Path folder(Path parent, ExtensionContext context) {
    var method = context.getRequiredTestMethod().getName();
    var name = context.getRequiredTestClass().getSimpleName() + "." + method;
    if (!context.getDisplayName().equals(method + "()")) name += "." + context.getDisplayName();
    var safe = name.replaceAll("[^A-Za-z0-9._-]+", "_");
    return parent.resolve(safe.substring(0, Math.min(LONGEST, safe.length())));
  }

  static void write(World world, Path folder) throws IOException {
    Files.createDirectories(folder);
    var events = world.dialogues().events();
    var text = new ArrayList<String>();
    var dialogue = new Dialogue(text::add, Dialogue.Naming.NAMED);
    events.forEach(dialogue::event);
    for (var connection : stillOpen(events))
      dialogue.event(new Event.Note(Instant.now(), connection, "open when the test ended"));
    Files.write(folder.resolve("transcript.txt"), text);
    try (var capture = Files.newOutputStream(folder.resolve("capture.pcapng"))) {
      Pcapng.write(events, capture);
    }
    var questions = new StringBuilder();
    for (var asked : world.questions().all()) {
      questions.append(
          "%s asked %s: %s %s%n"
              .formatted(
                  asked.client(),
                  asked.server(),
                  AskedQuestions.plain(asked.name()),
                  asked.type()));
    }
    Files.writeString(folder.resolve("questions.txt"), questions);
  }

  private static Set<String> stillOpen(List<Event> events) {
    var open = new LinkedHashSet<String>();
    for (var event : events) {
      if (event instanceof Event.Closed) open.remove(event.connection());
      else open.add(event.connection());
    }
    return open;
  }
}
