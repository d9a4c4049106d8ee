/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target_text.h - the text of a target, before its name is resolved.
 */
#ifndef YETT_UPSTREAM_TARGET_TEXT_H
#define YETT_UPSTREAM_TARGET_TEXT_H

#include <stdint.h>

#include "base/slice.h"
#include "base/status.h"

enum yett_target_kind {
	YETT_TARGET_TCP,
	YETT_TARGET_UNIX,
	YETT_TARGET_APP,
};

struct yett_target_text {
	enum yett_target_kind kind;
	struct yett_slice host; /* or the path, or the application's name */
	uint16_t port;          /* 0 unless TCP */
	bool is_tls;
};

/*
 * Take "http://HOST[:PORT][/]", the same with https, "unix:/PATH" or "app:NAME"
 * apart; the slices lie in `text`.
 * YETT_E_POLICY: it is none of these.
 */
YETT_MUST_USE
enum yett_status yett_target_parse(struct yett_target_text *out,
    struct yett_slice text, struct yett_fault *fault);

#endif
