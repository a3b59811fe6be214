/** Names of a lab that misbehave on purpose, each in one way. */
@NullMarked
package io.l7.lab.magic;

import org.jspecify.annotations.NullMarked;
