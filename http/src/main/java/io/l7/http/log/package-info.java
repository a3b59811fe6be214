/**
 * Access logs as text: the combined format and JSON lines, escaped, one line a request.
 *
 * <p>What is logged and when is the server's; other logging is slf4j's.
 */
@NullMarked
package io.l7.http.log;

import org.jspecify.annotations.NullMarked;
