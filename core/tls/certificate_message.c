/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/certificate_message.h"

/* Cut a vector whose length has `octets` bytes off `rest`. */
static bool
take(struct yett_slice *rest, size_t octets, struct yett_slice *out)
{
	size_t len = 0;

	if (rest->len < octets)
		return false;
	for (size_t i = 0; i < octets; i++)
		len = len << 8 | (unsigned char)rest->at[i];
	if (len > rest->len - octets)
		return false;
	*out = (struct yett_slice){ rest->at + octets, len };
	rest->at += octets + len;
	rest->len -= octets + len;
	return true;
}

void
yett_certificate_message_begin(struct yett_certificate_message *message,
    struct yett_slice body, bool tls13)
{
	struct yett_slice context;

	*message = (struct yett_certificate_message){ .tls13 = tls13 };
	message->broken = (tls13 && !take(&body, 1, &context)) ||
	    !take(&body, 3, &message->rest);
}

bool
yett_certificate_message_next(struct yett_certificate_message *message,
    struct yett_slice *der)
{
	struct yett_slice extensions;

	if (message->broken || message->rest.len == 0)
		return false;
	message->broken = !take(&message->rest, 3, der) ||
	    (message->tls13 && !take(&message->rest, 2, &extensions));
	return !message->broken;
}
