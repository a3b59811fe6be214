/** HTTP server, client, reverse proxy and cache. */
@NullMarked
package io.l7.http;

import org.jspecify.annotations.NullMarked;
