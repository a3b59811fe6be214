/**
 * The HTTP/1.1 client: strict reading of responses, pooled connections, proxies, redirects, content
 * coding, downloads that resume.
 *
 * <p>{@link io.l7.http.HttpClient} is its face. No server code and no cache in here.
 */
@NullMarked
package io.l7.http.client;

import org.jspecify.annotations.NullMarked;
