/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/json_writer.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/json.h"

void
yett_json_writer_put(struct yett_json_writer *writer, struct yett_slice text)
{
	if (writer->status == YETT_OK)
		writer->status = yett_buf_append(writer->out, text);
}

void
yett_json_writer_text(struct yett_json_writer *writer, const char *text)
{
	yett_json_writer_put(writer, yett_slice_of(text));
}

void
yett_json_writer_string(struct yett_json_writer *writer, struct yett_slice text)
{
	yett_json_writer_put(writer, YETT_LIT("\""));
	if (writer->status == YETT_OK)
		writer->status = yett_json_append_bytes(writer->out, text);
	yett_json_writer_put(writer, YETT_LIT("\""));
}

void
yett_json_writer_number(struct yett_json_writer *writer, uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	yett_json_writer_put(writer,
	    (struct yett_slice){ at, (size_t)(digits + sizeof(digits) - at) });
}

void
yett_json_writer_id(struct yett_json_writer *writer, uint64_t id)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "\"%016llx\"",
	    (unsigned long long)id);

	yett_json_writer_put(writer, (struct yett_slice){ text, (size_t)len });
}

void
yett_json_writer_name(struct yett_json_writer *writer, const char *name)
{
	yett_json_writer_put(writer, YETT_LIT(",\""));
	yett_json_writer_text(writer, name);
	yett_json_writer_put(writer, YETT_LIT("\":"));
}

void
yett_json_writer_member(struct yett_json_writer *writer, const char *name,
    struct yett_slice value)
{
	yett_json_writer_name(writer, name);
	yett_json_writer_string(writer, value);
}

void
yett_json_writer_word(struct yett_json_writer *writer, const char *name,
    const char *word)
{
	if (word[0] != '\0')
		yett_json_writer_member(writer, name, yett_slice_of(word));
}

void
yett_json_writer_time(struct yett_json_writer *writer, uint64_t now)
{
	time_t second = (time_t)(now / YETT_NS_PER_S);
	char text[40];
	struct tm parts;
	size_t len;

	gmtime_r(&second, &parts);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.", &parts);
	snprintf(text + len, sizeof(text) - len, "%06uZ",
	    (unsigned)(now % YETT_NS_PER_S / 1000));
	yett_json_writer_member(writer, "time", yett_slice_of(text));
}
