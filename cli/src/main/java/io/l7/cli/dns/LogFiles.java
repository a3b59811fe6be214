package io.l7.cli.dns;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where logs go: one writer a destination, whoever writes there, so that a line stays whole. Made
 * anew each time that log files are opened; for one thread, what it opens is for all.
 */
final class LogFiles {
  /** What stands for standard output. */
  private static final String STANDARD_OUTPUT = "-";

  private final OutputStream standardOutput;
  private final Map<String, Shared> open = new HashMap<>();

  LogFiles(OutputStream standardOutput) {
    this.standardOutput = standardOutput;
  }

  /** A writer of whole lines; a file is appended to. */
  Writer to(String destination) throws IOException {
    boolean standard = destination.equals(STANDARD_OUTPUT);
    String key =
        standard ? destination : Path.of(destination).toAbsolutePath().normalize().toString();
    Shared shared = open.get(key);
    if (shared == null) {
      shared = new Shared(new BufferedWriter(standard ? console() : file(Path.of(destination))));
      open.put(key, shared);
    }
    return shared.one();
  }

  /** The same where it is a file, which somebody may have renamed. */
  Optional<Writer> reopened(@Nullable String destination) throws IOException {
    return destination == null || destination.equals(STANDARD_OUTPUT)
        ? Optional.empty()
        : Optional.of(to(destination));
  }

  private Writer console() {
    return new OutputStreamWriter(standardOutput, StandardCharsets.UTF_8) {
      @Override
      public void close() throws IOException {
        flush(); // it is not ours
      }
    };
  }

  private static Writer file(Path file) throws IOException {
    return new OutputStreamWriter(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
        StandardCharsets.UTF_8);
  }

  /** Closed when everybody who has it has closed it. */
  private static final class Shared {
    private final BufferedWriter out;
    private int users;

    Shared(BufferedWriter out) {
      this.out = out;
    }

    Writer one() {
      synchronized (out) {
        users++;
      }
      return new Writer() {
        @Override
        public void write(String text, int from, int count) throws IOException {
          synchronized (out) {
            out.write(text, from, count);
          }
        }

        @Override
        public void write(char[] text, int from, int count) throws IOException {
          synchronized (out) {
            out.write(text, from, count);
          }
        }

        @Override
        public void flush() throws IOException {
          synchronized (out) {
            out.flush();
          }
        }

        @Override
        public void close() throws IOException {
          synchronized (out) {
            if (--users > 0) {
              out.flush();
            } else {
              out.close();
            }
          }
        }
      };
    }
  }
}
