/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate_message.h - the certificates in a Certificate message (RFC 5246,
 * section 7.4.2; RFC 8446, section 4.4.2), as they came. Any thread.
 */
#ifndef YETT_TLS_CERTIFICATE_MESSAGE_H
#define YETT_TLS_CERTIFICATE_MESSAGE_H

#include "base/slice.h"

struct yett_certificate_message {
	struct yett_slice rest; /* of the list */
	bool tls13, broken;
};

/* Begin to read the body of a message; lent. */
void yett_certificate_message_begin(struct yett_certificate_message *message,
    struct yett_slice body, bool tls13);

/* The next certificate in DER. False: there is none, or `broken` is true. */
bool yett_certificate_message_next(struct yett_certificate_message *message,
    struct yett_slice *der);

#endif
