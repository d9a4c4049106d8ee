/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/rules.h"

#define KIB 1024
#define MIB (1024 * 1024)
#define S 1000

void
yett_settings_init(struct yett_settings *settings)
{
	*settings = (struct yett_settings){
		.http2 = true,
		.limits = {
			.head = 32 * KIB,
			.fields = 100,
			.uri = 8 * KIB,
			/* As http.sys, and enough for a modem. */
			.rate = 240,
			.connections = 10000,
			/* Room for a large office behind one address; ten such
			 * addresses are needed to use up all connections. */
			.connections_per_address = 1024,
			.streams = 100,
			.choosing_per_address = 128,
			.memory = 8 * MIB,
			.instructions = 100000,
		},
		.follow = true,
		.timeouts = {
			.handshake = 5 * S,
			.certificate = 60 * S,
			.head = 10 * S,
			.body = 60 * S,
			.idle = 75 * S,
			.connect = 5 * S,
			.answer = 60 * S,
			.stall = 60 * S,
			.resolve = 30 * S,
			.tunnel = 3600 * S,
			.drain = 30 * S,
		},
		.tickets = { .rotate = 6 * 3600 * S },
		.log = {
			.format = YETT_ACCESS_JSON,
			.record_size = 64 * MIB,
			.record_files = 8,
		},
	};
}

const char *
yett_need_name(enum yett_need need)
{
	switch (need) {
	case YETT_NEED_NONE: return "none";
	case YETT_NEED_REQUEST: return "request";
	case YETT_NEED_REQUIRE: return "require";
	}
	return "require";
}

const struct yett_late *
yett_late_default(void)
{
	static const char title[] = "The request is not supported";
	static const char detail[] =
	    "This request needs a client certificate, and the connection was "
	    "made without asking for one.";
	static const struct yett_late late = {
		.status = 500,
		.hresult = 0x80070032, /* ERROR_NOT_SUPPORTED */
		.title = { title, sizeof(title) - 1 },
		.detail = { detail, sizeof(detail) - 1 },
		.close = YETT_CLOSE_AUTO,
	};

	return &late;
}

const struct yett_late *
yett_late_again(void)
{
	static const char location[] = "{path}{query}";
	static const char title[] = "Send the request again";
	static const char detail[] =
	    "This connection is older than what is known of its client by now. "
	    "A new one asks for the client certificate that the request "
	    "needs.";
	static const struct yett_late late = {
		.status = 307,
		.title = { title, sizeof(title) - 1 },
		.detail = { detail, sizeof(detail) - 1 },
		.close = YETT_CLOSE_ALWAYS,
		.redirect = { location, sizeof(location) - 1 },
	};

	return &late;
}
