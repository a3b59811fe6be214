package io.l7.smtp.store;

import io.l7.smtp.address.AddressSyntaxException;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.DsnReturn;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.MailParameters.AddressEncoding;
import io.l7.smtp.protocol.RcptParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;

/** The payloads of records. The first octet of a mail is the version of its layout. */
@SuppressWarnings(
    "EnumOrdinal") // the order of the enums is part of the layout, and VERSION with it
final class RecordCodec {
  private static final int VERSION = 1;
  private static final int INLINE = 0;
  private static final int OWN_FILE = 1;

  private RecordCodec() {}

  /** A mail with its content in the record. */
  static byte[] inlineMail(MailId id, Envelope envelope, byte[] content, int length) {
    var out = RecordFrame.begin(RecordFrame.MAIL, id, 256 + length);
    envelope(out, envelope);
    out.u8(INLINE).u64(length).raw(content, 0, length);
    return RecordFrame.end(out);
  }

  /** A mail whose content is in its own file. */
  static byte[] fileMail(MailId id, Envelope envelope, long length, int sum) {
    var out = RecordFrame.begin(RecordFrame.MAIL, id, 512);
    envelope(out, envelope);
    out.u8(OWN_FILE).u64(length).u32(sum);
    return RecordFrame.end(out);
  }

  static byte[] state(MailId id, MailState state) {
    var out = RecordFrame.begin(RecordFrame.STATE, id, 64 + 32 * state.recipients().size());
    out.u8(VERSION).u8(state.hold().ordinal()).u8(state.warning().ordinal());
    out.u32(state.recipients().size());
    for (var r : state.recipients()) {
      out.u8(r.status().ordinal());
      out.u32(r.failures());
      out.u64(r.nextTry().toEpochMilli());
      out.text(r.reason());
    }
    return RecordFrame.end(out);
  }

  static byte[] finished(MailId id) {
    return RecordFrame.end(RecordFrame.begin(RecordFrame.FINAL, id, 64));
  }

  static byte[] batchEnd(long start) {
    return RecordFrame.end(RecordFrame.begin(RecordFrame.BATCH_END, new MailId(start), 64));
  }

  private static void envelope(OctetWriter out, Envelope envelope) {
    var p = envelope.parameters();
    out.u8(VERSION);
    out.text(envelope.from().mailbox().map(Mailbox::toString).orElse(""));
    out.u64(p.size().orElse(-1));
    out.u8(p.body().ordinal()).u8(p.encoding().ordinal());
    out.u8(p.ret().map(r -> r.ordinal() + 1).orElse(0));
    out.text(p.envelopeId().orElse(""));
    out.u8(p.auth().isPresent() ? 1 : 0);
    out.text(p.auth().flatMap(ReversePath::mailbox).map(Mailbox::toString).orElse(""));
    out.u32(envelope.recipients().size());
    for (var r : envelope.recipients()) {
      out.text(r.address().toString());
      switch (r.target()) {
        case Target.Local(var user) -> out.u8(0).text(user);
        case Target.Remote(var address) -> out.u8(1).text(address.toString());
      }
      var bits = 0;
      for (var n : r.parameters().notifyOn()) {
        bits |= 1 << n.ordinal();
      }
      out.u8(bits).text(r.parameters().originalRecipient().orElse(""));
    }
  }

  /**
   * Reads a payload.
   *
   * @throws IllegalArgumentException when it makes no sense, though its sum is right
   */
  static LogRecord decode(int type, MailId id, byte[] b, int offset, int length) {
    var in = new OctetReader(b, offset, length);
    return switch (type) {
      case RecordFrame.MAIL -> mail(id, in, offset);
      case RecordFrame.STATE -> new LogRecord.State(id, state(in));
      case RecordFrame.FINAL -> new LogRecord.Final(id);
      case RecordFrame.BATCH_END -> new LogRecord.BatchEnd(id);
      default -> throw new IllegalArgumentException("record of unknown type " + type);
    };
  }

  private static LogRecord mail(MailId id, OctetReader in, int offset) {
    var envelope = envelope(in);
    var kind = in.u8();
    var length = in.u64();
    if (kind == OWN_FILE) {
      return new LogRecord.Mail(id, envelope, -1, length, in.u32());
    }
    if (length != in.remaining()) {
      throw new IllegalArgumentException("content is not as long as it says");
    }
    var at = in.position() - offset + RecordFrame.HEADER;
    return new LogRecord.Mail(id, envelope, at, length, 0);
  }

  private static MailState state(OctetReader in) {
    version(in);
    var hold = MailState.Hold.values()[Math.min(in.u8(), 1)];
    var warning = MailState.Warning.values()[Math.min(in.u8(), 1)];
    var count = in.u32();
    var recipients = new ArrayList<RecipientState>();
    for (var i = 0; i < count; i++) {
      var status = RecipientState.Status.values()[Math.min(in.u8(), 3)];
      recipients.add(
          new RecipientState(status, in.u32(), Instant.ofEpochMilli(in.u64()), in.text()));
    }
    return new MailState(hold, warning, recipients);
  }

  private static Envelope envelope(OctetReader in) {
    version(in);
    var from = ReversePath.of(in.text());
    var size = in.u64();
    var body = BodyType.values()[Math.min(in.u8(), 1)];
    var encoding = AddressEncoding.values()[Math.min(in.u8(), 1)];
    var ret = in.u8();
    var envelopeId = Optional.of(in.text()).filter(s -> !s.isEmpty());
    var hasAuth = in.u8() == 1;
    var auth = in.text();
    var parameters =
        new MailParameters(
            size < 0 ? OptionalLong.empty() : OptionalLong.of(size),
            body,
            encoding,
            ret == 0 ? Optional.empty() : Optional.of(DsnReturn.values()[Math.min(ret - 1, 1)]),
            envelopeId,
            hasAuth ? Optional.of(ReversePath.of(auth)) : Optional.empty());
    var count = in.u32();
    var recipients = new ArrayList<Recipient>();
    for (var i = 0; i < count; i++) {
      recipients.add(recipient(in));
    }
    return new Envelope(from, parameters, recipients);
  }

  private static Recipient recipient(OctetReader in) {
    var address = address(in.text());
    var target = in.u8() == 0 ? new Target.Local(in.text()) : new Target.Remote(address(in.text()));
    var bits = in.u8();
    var notify = EnumSet.noneOf(DsnNotify.class);
    for (var n : DsnNotify.values()) {
      if ((bits & 1 << n.ordinal()) != 0) {
        notify.add(n);
      }
    }
    var original = Optional.of(in.text()).filter(s -> !s.isEmpty());
    return new Recipient(address, target, new RcptParameters(notify, original));
  }

  private static Mailbox address(String text) {
    try {
      return Mailbox.parse(text);
    } catch (AddressSyntaxException e) {
      throw new IllegalArgumentException(text + ": " + e.getMessage(), e);
    }
  }

  private static void version(OctetReader in) {
    var version = in.u8();
    if (version != VERSION) {
      throw new IllegalArgumentException("layout of version " + version);
    }
  }
}
