/**
 * Who said what, when, on which connection: events and their sinks, from a textbook's dialogue to a
 * capture file for Wireshark. What is masked here stays masked.
 */
@NullMarked
package io.l7.common.transcript;

import org.jspecify.annotations.NullMarked;
