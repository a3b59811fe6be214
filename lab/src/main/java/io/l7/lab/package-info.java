/**
 * The lab's public face: {@link Lab}, its builder and its hosts. A whole little Internet on
 * loopback in one process; every name through its own root, every octet over its own links. Never
 * speaks to an address outside loopback.
 */
@NullMarked
package io.l7.lab;

import org.jspecify.annotations.NullMarked;
