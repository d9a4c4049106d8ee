/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text for a policy: it loads, or it is refused with a place and a reason,
 * within its limits of memory and time, and told the same in all three forms;
 * with and without remarks it is taken or refused alike. What loads can be
 * asked.
 */
#include "fuzz/fuzz.h"

#include "base/clock.h"
#include "policy/decide.h"
#include "script/loader.h"

#define TEXT_MOST 4096
#define MEMORY ((size_t)24 << 20)
#define TIME (YETT_NS_PER_S / 10)
#define SLACK 20 /* a sanitizer, and a machine with other work */

struct load_output {
	size_t len;
	bool has_place; /* "fuzz.lua:LINE:" is somewhere in it */
};

static void
hear(void *arg, const char *text, size_t len)
{
	static const char place[] = "fuzz.lua";
	struct load_output *told = arg;

	told->len += len;
	if (len > 0 && memmem(text, len, place, sizeof(place) - 1) != NULL)
		told->has_place = true;
}

/* A policy that loads answers for each of its sites. */
static void
ask(const struct yett_generation *gen)
{
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);
		const struct yett_hello hello = { .sni = site->name,
			.version = 0x0304 };
		struct yett_hello_decision decision;

		if (site->hello_function >= 0)
			continue; /* needs an instance */
		yett_decide_hello(gen, NULL, &hello, NULL, &decision);
		must(decision.action != YETT_HANDSHAKE_ERROR);
	}
}

static enum yett_status
load(struct yett_slice text, const char *format, bool notes)
{
	struct load_output told = { 0, false };
	struct yett_load_options options = {
		.sink = hear,
		.arg = &told,
		.format = format,
		.memory = MEMORY,
		.time = TIME,
		.notes = notes,
	};
	struct yett_loaded loaded = { NULL, NULL };
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status = yett_load_text(&loaded, "fuzz.lua",
	    "/nonexistent", text, &options, &fault);

	must((status == YETT_OK) == (loaded.gen != NULL));
	must((status == YETT_OK) == (loaded.source != NULL));
	must((status == YETT_OK) == (fault.what[0] == '\0'));
	if (status == YETT_OK) {
		ask(loaded.gen);
	} else if (status == YETT_E_POLICY) {
		must(strncmp(fault.where, "fuzz.lua:", 9) == 0);
		must(told.has_place);
	} else {
		must(status == YETT_E_LIMIT || status == YETT_E_NOT_FOUND ||
		    status == YETT_E_SYSTEM);
	}
	if (status != YETT_OK)
		must(told.len > 0);
	yett_loaded_clear(&loaded);
	return status;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const formats[] = { "text", "short", "json" };
	struct yett_slice text = { (const char *)data, size };
	uint64_t start = yett_clock_cpu();
	enum yett_status status, other;

	if (size > TEXT_MOST)
		return 0;
	status = load(text, "text", false);
	/* Another form, chosen by the text so that the same input always does
	 * the same; not each time, for a load is slow. A policy that is near
	 * its time may end either way. */
	other = size % 4 == 0 ? load(text, formats[size / 4 % 3], true)
			      : status;
	must(
	    status == other || status == YETT_E_LIMIT || other == YETT_E_LIMIT);
	must(yett_clock_cpu() - start < SLACK * TIME);
	return 0;
}
