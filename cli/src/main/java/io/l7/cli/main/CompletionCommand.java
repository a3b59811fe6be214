package io.l7.cli.main;

import io.l7.cli.L7Command;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code l7 completion bash|zsh}. */
@Command(
    name = "completion",
    description = "Print a completion script: source <(l7 completion bash).")
final class CompletionCommand extends L7Command {
  enum Shell {
    bash,
    zsh
  }

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  private Shell shell = Shell.bash;

  @Override
  protected int run() {
    if (shell == Shell.zsh)
      out()
          .println(
              "autoload -U +X compinit && compinit; autoload -U +X bashcompinit && bashcompinit");
    out().print(AutoComplete.bash("l7", new CommandLine(Main.everything())));
    return 0;
  }
}
