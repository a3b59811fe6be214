/**
 * Domain names in people's letters and as the DNS knows them, for everything that takes a name from
 * a person: addresses, URLs, questions. Pure text; nobody is asked.
 */
@NullMarked
package io.l7.common.idna;

import org.jspecify.annotations.NullMarked;
