/**
 * A thin door to the Prometheus client library, one registry a server, and the endpoint that shows
 * it. Nothing on a hot path but a striped counter.
 */
@NullMarked
package io.l7.common.metrics;

import org.jspecify.annotations.NullMarked;
