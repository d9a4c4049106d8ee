/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/session_state.h"

#include <stdlib.h>

void
yett_session_facts_clear(struct yett_session_facts *facts)
{
	yett_peer_free(facts->peer);
	free(facts->hello_memory);
	free(facts->asked_memory);
	*facts = (struct yett_session_facts){ .has_alert = false };
}
