/**
 * One page that shows a lab live, served by the http module: events to the page, and buttons back.
 */
@NullMarked
package io.l7.lab.dashboard;

import org.jspecify.annotations.NullMarked;
