/** Tests of the client against servers that say exactly what a test wants. */
@NullMarked
package io.l7.http.client;

import org.jspecify.annotations.NullMarked;
