package io.l7.smtp.client;

/** One exchanger: lower preference first. */
public record MxHost(int preference, String host) {}
