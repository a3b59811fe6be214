package io.l7.common.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The sections of standards that a test proves, each as {@code "RFC 9112 §6.3"} or {@code "BEP 3"}.
 * The build collects them into docs/spec-coverage.md.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {
  /** One citation for each section, in the project's one spelling: document, space, §, section. */
  String[] value();
}
