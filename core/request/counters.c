/* SPDX-License-Identifier: Apache-2.0 */
#include "request/counters.h"

/* The last is for what is not listed. */
static const struct {
	unsigned status;
	const char *text;
} messages[YETT_MESSAGE_STATUSES] = {
	{ 400, "400" },
	{ 405, "405" },
	{ 408, "408" },
	{ 413, "413" },
	{ 414, "414" },
	{ 417, "417" },
	{ 421, "421" },
	{ 431, "431" },
	{ 501, "501" },
	{ 503, "503" },
	{ 505, "505" },
	{ 0, "other" },
};

void
yett_count_message(struct yett_counters *counters, unsigned status)
{
	unsigned index = 0;

	while (index < YETT_MESSAGE_STATUSES - 1 &&
	    messages[index].status != status)
		index++;
	yett_count(counters, YETT_COUNT_MESSAGE + index);
}

const char *
yett_count_message_status(unsigned index)
{
	return messages[index].text;
}
