/**
 * How Java programs that know nothing of the lab find its hosts: the JDK's resolver interface (JEP
 * 418). What answers is the lab's own resolver; programs outside this JVM ask that over DNS.
 */
@NullMarked
package io.l7.lab.jvm;

import org.jspecify.annotations.NullMarked;
