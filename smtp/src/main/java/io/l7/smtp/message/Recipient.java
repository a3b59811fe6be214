package io.l7.smtp.message;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.protocol.RcptParameters;

/**
 * One accepted recipient.
 *
 * @param address what the client named
 * @param target where that leads, after aliases and subaddresses
 * @param parameters the DSN wishes
 */
public record Recipient(Mailbox address, Target target, RcptParameters parameters) {}
