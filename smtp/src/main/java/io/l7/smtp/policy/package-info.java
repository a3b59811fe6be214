/**
 * Who may send what to whom: local domains, aliases, subaddresses, relaying, rates. Pure decisions
 * over parsed addresses; no socket and no store.
 */
@NullMarked
package io.l7.smtp.policy;

import org.jspecify.annotations.NullMarked;
