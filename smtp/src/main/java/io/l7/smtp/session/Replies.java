package io.l7.smtp.session;

import io.l7.smtp.protocol.Reply;

/** The replies that never change. */
final class Replies {
  static final Reply OK = Reply.of(250, "2.0.0 Ok");
  static final Reply RESET = Reply.of(250, "2.0.0 Reset");
  static final Reply BYE = Reply.of(221, "2.0.0 Goodbye");
  static final Reply SENDER_OK = Reply.of(250, "2.1.0 Sender ok");
  static final Reply RECIPIENT_OK = Reply.of(250, "2.1.5 Recipient ok");
  static final Reply SEND_CONTENT = Reply.of(354, "End data with <CR><LF>.<CR><LF>");
  static final Reply START_TLS = Reply.of(220, "2.0.0 Ready to start TLS");
  static final Reply AUTH_OK = Reply.of(235, "2.7.0 Authentication successful");
  static final Reply HELP = Reply.of(214, "2.0.0 See RFC 5321");
  static final Reply VRFY = Reply.of(252, "2.5.2 Send some mail, I will try my best");
  static final Reply NOT_IMPLEMENTED = Reply.of(502, "5.5.1 Command not implemented");
  static final Reply EHLO_FIRST = Reply.of(503, "5.5.1 Say EHLO first");
  static final Reply LHLO_ONLY = Reply.of(500, "5.5.1 This is LMTP: say LHLO");
  static final Reply NOT_LMTP = Reply.of(500, "5.5.1 This is SMTP: say EHLO");
  static final Reply MAIL_FIRST = Reply.of(503, "5.5.1 MAIL first");
  static final Reply RCPT_FIRST = Reply.of(503, "5.5.1 RCPT first");
  static final Reply NESTED_MAIL = Reply.of(503, "5.5.1 A mail is under way: RSET first");
  static final Reply BDAT_UNDER_WAY = Reply.of(503, "5.5.1 Chunks are under way: BDAT or RSET");
  static final Reply DATA_AFTER_BDAT = Reply.of(503, "5.5.1 DATA and BDAT do not mix");
  static final Reply AUTH_FIRST = Reply.of(530, "5.7.0 Authentication required");
  static final Reply TLS_FIRST = Reply.of(530, "5.7.0 Say STARTTLS first");
  static final Reply ALREADY_AUTH = Reply.of(503, "5.5.1 Already authenticated");
  static final Reply ALREADY_TLS = Reply.of(503, "5.5.1 TLS is active");
  static final Reply TLS_AFTER_AUTH = Reply.of(503, "5.5.1 STARTTLS comes before AUTH");
  static final Reply NO_TLS = Reply.of(502, "5.5.1 STARTTLS is not available");
  static final Reply AUTH_IN_MAIL = Reply.of(503, "5.5.1 No AUTH during a mail");
  static final Reply AUTH_NEEDS_TLS =
      Reply.of(538, "5.7.11 Encryption required for this mechanism");
  static final Reply NO_MECHANISM = Reply.of(504, "5.5.4 Unknown mechanism");
  static final Reply AUTH_CANCELLED = Reply.of(501, "5.7.0 Authentication cancelled");
  static final Reply AUTH_BASE64 = Reply.of(501, "5.5.2 Cannot decode the response");
  static final Reply AUTH_DENIED = Reply.of(535, "5.7.8 Authentication credentials invalid");
  static final Reply AUTH_BRAKE = Reply.of(454, "4.7.0 Too many failures: try again later");
  static final Reply TOO_MANY_ERRORS = Reply.of(421, "4.7.0 Too many errors");
  static final Reply TOO_MANY_MAILS = Reply.of(421, "4.7.0 Too many mails in one connection");
  static final Reply TIMEOUT = Reply.of(421, "4.4.2 Timed out waiting for you");
  static final Reply SHUTDOWN = Reply.of(421, "4.3.2 Service shutting down");
  static final Reply TOO_MANY_CONNECTIONS =
      Reply.of(421, "4.7.0 Too many connections: try again later");
  static final Reply EARLY_TALKER = Reply.of(554, "5.5.0 You talked before the greeting");
  static final Reply FOREIGN = Reply.of(502, "5.7.0 This is a mail server");
  static final Reply EARLY_CONTENT = Reply.of(554, "5.5.0 Content came before it was asked for");
  static final Reply LINE_TOO_LONG = Reply.of(500, "5.5.2 Line too long");
  static final Reply TOO_BIG = Reply.of(552, "5.3.4 Message is larger than allowed");
  static final Reply TOO_MANY_RECIPIENTS = Reply.of(452, "4.5.3 Too many recipients");
  static final Reply RATE = Reply.of(450, "4.7.1 Too many mails: slow down");
  static final Reply NOBODY = Reply.of(550, "5.1.1 No such user here");
  static final Reply NO_RELAY = Reply.of(550, "5.7.1 Relaying denied");
  static final Reply NEEDS_UTF8 =
      Reply.of(553, "5.6.7 Non-ASCII recipient needs the SMTPUTF8 parameter");
  static final Reply LOOP = Reply.of(554, "5.4.6 Too many hops: this mail is looping");
  static final Reply HEADER_TOO_BIG = Reply.of(552, "5.3.4 Header is larger than allowed");
  static final Reply FULL = Reply.of(452, "4.3.1 Insufficient system storage");
  static final Reply FAILED = Reply.of(451, "4.3.0 Local error: try again later");

  private Replies() {}
}
