/**
 * The life of an accepted mail: which recipient is due when, at which destination, how often it
 * failed, what the sender is told. Decides and remembers through the store; how octets reach
 * another server is behind {@link Transport}.
 */
@NullMarked
package io.l7.smtp.queue;

import org.jspecify.annotations.NullMarked;
