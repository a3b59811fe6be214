/**
 * The world of a lab without any protocol's own life in it: hosts, links, names, certificates, web
 * sites. Mail, swarms and video stand on it.
 */
@NullMarked
package io.l7.lab.core;

import org.jspecify.annotations.NullMarked;
