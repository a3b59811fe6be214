package io.l7.cli.lab;

import io.l7.cli.L7Command;
import picocli.CommandLine.Command;

/** {@code l7 lab}: the little Internet. */
@Command(name = "lab", description = "A little Internet in one process.")
public final class LabCommand extends L7Command {
  @Override
  protected int run() {
    throw failure("lab", "not built yet");
  }
}
