/**
 * Who may submit mail: SASL exchanges (PLAIN, LOGIN, SCRAM-SHA-256 with and without channel
 * binding), the users file, the brake on guessing. Knows no SMTP: challenges and responses come and
 * go as octets.
 */
@NullMarked
package io.l7.smtp.auth;

import org.jspecify.annotations.NullMarked;
