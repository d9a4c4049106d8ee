/* SPDX-License-Identifier: Apache-2.0 */
#include "http/trailer.h"
#include "upstream/exchange_state.h"

/* A field of literals, numbers and what was parsed. */
static void
add(struct yett_field *field, size_t *count, struct yett_slice name,
    struct yett_slice value)
{
	field[(*count)++] = (struct yett_field){ .name = name,
		.value = value,
		.is_sound = true };
}

static void
add_framing(const struct yett_exchange_request *request, size_t *count,
    char digits[YETT_NUMBER_MOST])
{
	switch (request->framing) {
	case YETT_FRAMING_LENGTH:
		add(request->field, count, YETT_LIT("Content-Length"),
		    yett_number_write(digits, request->length));
		break;
	case YETT_FRAMING_CHUNKED:
		add(request->field, count, YETT_LIT("Transfer-Encoding"),
		    YETT_LIT("chunked"));
		break;
	case YETT_FRAMING_NONE:
	case YETT_FRAMING_TO_END: break;
	}
}

/* What is about this hop alone. What the protocols are called is the client's
 * word, which is looked at once more when it is written. */
static void
add_hop(const struct yett_exchange *exchange,
    const struct yett_exchange_request *request, size_t *count)
{
	bool trailers = request->takes_trailers;
	bool offers = exchange->order.offer.len > 0;

	if (trailers)
		add(request->field, count, YETT_LIT("TE"),
		    YETT_LIT("trailers"));
	if (offers)
		request->field[(*count)++] = (struct yett_field){
			.name = YETT_LIT("Upgrade"),
			.value = exchange->order.offer,
		};
	if (trailers || offers)
		add(request->field, count, YETT_LIT("Connection"),
		    !offers        ? YETT_LIT("TE")
			: trailers ? YETT_LIT("TE, Upgrade")
				   : YETT_LIT("Upgrade"));
}

enum yett_status
yett_exchange_send_head(struct yett_exchange *exchange,
    const struct yett_exchange_request *request)
{
	char digits[YETT_NUMBER_MOST];
	size_t count = request->field_count;

	exchange->framing = request->framing;
	/* No body is what asks for a switch, also where its length is told. */
	if (exchange->order.offer.len == 0)
		add_framing(request, &count, digits);
	add_hop(exchange, request, &count);
	return yett_head_write_request(&exchange->out.buf, request->method,
	    request->uri, request->field, count);
}

static bool
is_chunked(const struct yett_exchange *exchange)
{
	return exchange->framing == YETT_FRAMING_CHUNKED &&
	    !exchange->is_tunnel;
}

enum yett_status
yett_exchange_send_body(struct yett_exchange *exchange,
    struct yett_slice payload)
{
	struct yett_buf *out = &exchange->out.buf;
	char head[YETT_CHUNK_HEAD_MOST];
	enum yett_status status = YETT_OK;

	if (exchange->awaits_continue)
		exchange->head_by = 0; /* once all is sent */
	exchange->awaits_continue = false;
	if (is_chunked(exchange))
		status = yett_buf_append(out,
		    yett_chunk_head_write(head, payload.len));
	if (status == YETT_OK)
		status = yett_buf_append(out, payload);
	if (status == YETT_OK && is_chunked(exchange))
		status = yett_buf_append(out, YETT_CHUNK_END);
	return status;
}

enum yett_status
yett_exchange_end_body(struct yett_exchange *exchange,
    struct yett_slice trailers)
{
	enum yett_status status = is_chunked(exchange)
	    ? yett_trailer_write(&exchange->out.buf, trailers)
	    : YETT_OK;

	if (status == YETT_OK)
		yett_exchange_body_done(exchange);
	return status;
}

bool
yett_exchange_has_room(const struct yett_exchange *exchange)
{
	return yett_buf_len(&exchange->out.buf) < YETT_EXCHANGE_QUEUE;
}
