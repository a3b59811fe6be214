/**
 * A thin door to the Prometheus client library, one registry a server; nothing on a hot path but a
 * striped counter. The endpoint that shows it lives in {@code net}.
 */
@NullMarked
package io.l7.common.metrics;

import org.jspecify.annotations.NullMarked;
