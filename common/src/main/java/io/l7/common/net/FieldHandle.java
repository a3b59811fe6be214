package io.l7.common.net;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.VarHandle;

/**
 * Atomic steps on a field of an object that exists once a connection, without an object for it:
 * what a thousand busy connections touch must fit in the processor's cache.
 */
final class FieldHandle {
  private FieldHandle() {}

  /** A handle of a volatile field of the class that looks it up. */
  static VarHandle of(Lookup lookup, String field, Class<?> type) {
    try {
      return lookup.findVarHandle(lookup.lookupClass(), field, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
