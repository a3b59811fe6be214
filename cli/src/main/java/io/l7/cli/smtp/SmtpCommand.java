package io.l7.cli.smtp;

import picocli.CommandLine.Command;

/** The group {@code l7 smtp}. */
@Command(
    mixinStandardHelpOptions = true,
    name = "smtp",
    description = "SMTP: a mail server, a client, its queue and mailboxes.",
    subcommands = {
      ServeCommand.class,
      SendCommand.class,
      UserCommand.class,
      QueueCommand.class,
      MailboxCommand.class,
      TlsReportCommand.class,
      VerifyStoreCommand.class
    })
public final class SmtpCommand {}
