/**
 * What happens in a lab, as it happens: messages between hosts, traffic, the story's steps. Made
 * for the dashboard and for assertions; what a message means is its protocol's affair.
 */
@NullMarked
package io.l7.lab.events;

import org.jspecify.annotations.NullMarked;
