package io.l7.smtp.session;

import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.store.ContentBuffer;
import io.l7.smtp.store.StoreException;

/** Where accepted mail goes. Thread-safe. */
public interface MailDrop {
  /** Whether there is room for one mail more. */
  boolean hasRoom();

  /** A place for a content. */
  ContentBuffer newContent();

  /** Takes a mail; when this returns, it is durable. */
  MailId accept(Envelope envelope, ContentBuffer content) throws StoreException;
}
