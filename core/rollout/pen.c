/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/pen.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"

void
yett_pen_put(struct yett_pen *pen, struct yett_slice text)
{
	if (pen->status == YETT_OK)
		pen->status = yett_buf_append(pen->out, text);
}

void
yett_pen_text(struct yett_pen *pen, const char *text)
{
	yett_pen_put(pen, yett_slice_of(text));
}

void
yett_pen_string(struct yett_pen *pen, struct yett_slice text)
{
	yett_pen_put(pen, YETT_LIT("\""));
	if (pen->status == YETT_OK)
		pen->status = yett_json_append_bytes(pen->out, text);
	yett_pen_put(pen, YETT_LIT("\""));
}

void
yett_pen_number(struct yett_pen *pen, uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	yett_pen_put(pen,
	    (struct yett_slice){ at, (size_t)(digits + sizeof(digits) - at) });
}

void
yett_pen_id(struct yett_pen *pen, uint64_t id)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "\"%016llx\"",
	    (unsigned long long)id);

	yett_pen_put(pen, (struct yett_slice){ text, (size_t)len });
}

void
yett_pen_name(struct yett_pen *pen, const char *name)
{
	yett_pen_put(pen, YETT_LIT(",\""));
	yett_pen_text(pen, name);
	yett_pen_put(pen, YETT_LIT("\":"));
}

void
yett_pen_member(struct yett_pen *pen, const char *name, struct yett_slice value)
{
	yett_pen_name(pen, name);
	yett_pen_string(pen, value);
}

void
yett_pen_word(struct yett_pen *pen, const char *name, const char *word)
{
	if (word[0] != '\0')
		yett_pen_member(pen, name, yett_slice_of(word));
}

void
yett_pen_time(struct yett_pen *pen, uint64_t now)
{
	time_t second = (time_t)(now / YETT_NS_PER_S);
	char text[40];
	struct tm parts;
	size_t len;

	gmtime_r(&second, &parts);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.", &parts);
	snprintf(text + len, sizeof(text) - len, "%06uZ",
	    (unsigned)(now % YETT_NS_PER_S / 1000));
	yett_pen_member(pen, "time", yett_slice_of(text));
}
