package io.l7.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process's standard output, which remembers why it could not be written: printers swallow
 * that, and a result that is on no disk is no success.
 */
public final class StandardOutput extends OutputStream {
  private final OutputStream out;
  private volatile @Nullable IOException failure;

  /** A result could not be written; why, its owner knows. */
  public static final class Failed extends IOException {
    Failed() {
      super("standard output cannot be written");
    }
  }

  StandardOutput(OutputStream out) {
    this.out = out;
  }

  /** Puts one in the place of {@code System.out}. */
  public static StandardOutput install() {
    var output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(new BufferedOutputStream(output), false));
    return output;
  }

  /** A stream for octets over what {@code System.out} is, that fails where printers do not. */
  static OutputStream octets() {
    return new OutputStream() {
      @Override
      public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
      }

      @Override
      public void write(byte[] octets, int from, int count) throws IOException {
        System.out.write(octets, from, count);
        if (System.out.checkError()) throw new Failed();
      }

      @Override
      public void flush() throws IOException {
        if (System.out.checkError()) throw new Failed();
      }
    };
  }

  /** Whether something could not be written. */
  public boolean failed() {
    return failure != null;
  }

  /** What the user is told: nothing where the reader has had enough, as {@code head} has. */
  public Optional<String> complaint() {
    return Optional.ofNullable(failure)
        .map(e -> Objects.requireNonNullElse(e.getMessage(), "failed"))
        .filter(why -> !why.contains("Broken pipe"))
        .map(why -> "standard output: " + why);
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int from, int count) throws IOException {
    try {
      out.write(octets, from, count);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
