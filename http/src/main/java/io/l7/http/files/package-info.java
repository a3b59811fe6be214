/**
 * A folder as a site: files with types, validators, ranges, codings and listings, never anything
 * outside the folder.
 *
 * <p>The rules of conditions and ranges are {@code io.l7.http.semantics}'; sending is the server's.
 */
@NullMarked
package io.l7.http.files;

import org.jspecify.annotations.NullMarked;
