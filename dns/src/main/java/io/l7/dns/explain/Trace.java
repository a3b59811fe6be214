package io.l7.dns.explain;

import java.util.function.Supplier;

/**
 * Where a resolution writes its reasons. Used by one resolution at a time; the texts are suppliers
 * so that nothing is composed when nobody listens.
 */
public interface Trace {
  /** Takes nothing. */
  Trace NONE =
      new Trace() {
        @Override
        public Trace enter(Reason reason, Supplier<String> text) {
          return this;
        }

        @Override
        public void note(Reason reason, Supplier<String> text) {}
      };

  /** Opens a step under this one; what happens within is written to the result. */
  Trace enter(Reason reason, Supplier<String> text);

  /** Writes a step without parts. */
  void note(Reason reason, Supplier<String> text);
}
