package io.l7.cli.bt;

import java.util.List;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Keeps the options of TLS out of the help of a server that speaks none; it says so when asked. */
final class WithoutTls implements IModelTransformer {
  @Override
  public CommandSpec transform(CommandSpec command) {
    for (var name : List.of("--tls-cert", "--tls-key", "--tls-self-signed")) {
      var option = command.findOption(name);
      command.remove(option);
      command.addOption(OptionSpec.builder(option).hidden(true).build());
    }
    return command;
  }
}
