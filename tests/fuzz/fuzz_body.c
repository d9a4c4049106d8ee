/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any body: decoded at once or in pieces it gives the same bytes and the same
 * end; never more than declared; and what was decoded, framed by us, decodes
 * to itself, trailers too. The first bytes choose framing, length and the size
 * of pieces.
 */
#include "fuzz/fuzz.h"

#include "base/buf.h"
#include "http/body.h"
#include "http/trailer.h"

struct outcome {
	enum yett_body_step step;
	struct yett_buf payload, trailers;
	struct yett_body body;
	size_t used;
};

static void
decode(struct outcome *outcome, const struct yett_head *head,
    struct yett_slice bytes, size_t most)
{
	struct yett_refusal refusal = { 0, "" };

	*outcome = (struct outcome){ .step = YETT_BODY_MORE };
	yett_body_init(&outcome->body, head);
	do {
		struct yett_slice in = { bytes.at + outcome->used,
			bytes.len - outcome->used };
		struct yett_slice payload;
		size_t consumed;

		if (in.len > most)
			in.len = most;
		outcome->step = yett_body_next(&outcome->body, in, &payload,
		    &consumed, &refusal);
		must(consumed <= in.len);
		if (outcome->step == YETT_BODY_MORE)
			must(consumed == in.len);
		if (outcome->step == YETT_BODY_DATA) {
			must(payload.len > 0 && lies_in(payload, in));
			must(yett_buf_append(&outcome->payload, payload) ==
			    YETT_OK);
		}
		if (outcome->step == YETT_BODY_TRAILER) {
			must(payload.len > 0 && lies_in(payload, in));
			must(yett_buf_append(&outcome->trailers, payload) ==
			    YETT_OK);
		}
		outcome->used += consumed;
	} while (
	    outcome->step <= YETT_BODY_TRAILER && outcome->used < bytes.len);
	if (outcome->step == YETT_BODY_DATA ||
	    outcome->step == YETT_BODY_TRAILER) /* is that all? */
		outcome->step = outcome->body.ended ? YETT_BODY_END
						    : YETT_BODY_MORE;
	must((refusal.status == 400) == (outcome->step == YETT_BODY_BAD));
}

/* What passes behind a body is decoded and passes again, byte for byte. */
static void
must_survive_passing(struct yett_slice trailers)
{
	const struct yett_head head = { .framing = YETT_FRAMING_CHUNKED };
	struct yett_buf once = { 0 }, twice = { 0 };
	struct outcome again;

	must(yett_trailer_write(&once, trailers) == YETT_OK);
	decode(&again, &head, yett_buf_slice(&once), SIZE_MAX);
	/* A line grows by the space behind the colon, perhaps too much. */
	if (again.step == YETT_BODY_END) {
		must(again.used == yett_buf_len(&once));
		must(yett_trailer_write(&twice,
			 yett_buf_slice(&again.trailers)) == YETT_OK);
		must(yett_slice_eq(yett_buf_slice(&once),
		    yett_buf_slice(&twice)));
	}
	yett_buf_clear(&again.trailers);
	yett_buf_clear(&twice);
	yett_buf_clear(&once);
}

static void
must_survive_framing(struct yett_slice payload)
{
	const struct yett_head head = { .framing = YETT_FRAMING_CHUNKED };
	struct yett_buf framed = { 0 };
	char out[YETT_CHUNK_HEAD_MOST];
	struct outcome again;

	if (payload.len > 0) {
		must(yett_buf_append(&framed,
			 yett_chunk_head_write(out, payload.len)) == YETT_OK);
		must(yett_buf_append(&framed, payload) == YETT_OK);
		must(yett_buf_append(&framed, YETT_CHUNK_END) == YETT_OK);
	}
	must(yett_trailer_write(&framed, YETT_SLICE_NONE) == YETT_OK);
	decode(&again, &head, yett_buf_slice(&framed), SIZE_MAX);
	must(again.step == YETT_BODY_END);
	must(again.used == yett_buf_len(&framed));
	must(yett_slice_eq(yett_buf_slice(&again.payload), payload));
	yett_buf_clear(&again.payload);
	yett_buf_clear(&framed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum yett_framing framings[] = { YETT_FRAMING_CHUNKED,
		YETT_FRAMING_CHUNKED, YETT_FRAMING_LENGTH,
		YETT_FRAMING_TO_END };
	struct yett_head head = { 0 };
	struct outcome whole, pieces;
	struct yett_slice bytes;

	if (size < 3)
		return 0;
	head.framing = framings[data[0] & 3];
	if (head.framing == YETT_FRAMING_LENGTH)
		head.length = data[1];
	bytes = (struct yett_slice){ (const char *)data + 3, size - 3 };
	decode(&whole, &head, bytes, SIZE_MAX);
	decode(&pieces, &head, bytes, data[2] % 16 + 1u);
	must(whole.step == pieces.step);
	must(whole.step == YETT_BODY_BAD || whole.used == pieces.used);
	must(yett_slice_eq(yett_buf_slice(&whole.payload),
	    yett_buf_slice(&pieces.payload)));
	must(whole.body.payload == yett_buf_len(&whole.payload));
	must(head.framing != YETT_FRAMING_LENGTH ||
	    whole.body.payload <= head.length);
	must_survive_framing(yett_buf_slice(&whole.payload));
	must(whole.step == YETT_BODY_BAD ||
	    yett_slice_eq(yett_buf_slice(&whole.trailers),
		yett_buf_slice(&pieces.trailers)));
	if (whole.step == YETT_BODY_END)
		must_survive_passing(yett_buf_slice(&whole.trailers));
	yett_buf_clear(&whole.trailers);
	yett_buf_clear(&pieces.trailers);
	yett_buf_clear(&whole.payload);
	yett_buf_clear(&pieces.payload);
	return 0;
}
