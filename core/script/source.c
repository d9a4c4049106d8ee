/* SPDX-License-Identifier: Apache-2.0 */
#include "script/source.h"

#include <stdlib.h>

struct yett_policy_source *
yett_policy_source_new(void)
{
	struct yett_policy_source *source = calloc(1, sizeof(*source));

	if (source != NULL)
		source->references = 1;
	return source;
}

struct yett_policy_source *
yett_policy_source_ref(struct yett_policy_source *source)
{
	__atomic_add_fetch(&source->references, 1, __ATOMIC_RELAXED);
	return source;
}

void
yett_policy_source_unref(struct yett_policy_source **source)
{
	struct yett_policy_source *old = *source;

	*source = NULL;
	if (old == NULL ||
	    __atomic_sub_fetch(&old->references, 1, __ATOMIC_ACQ_REL) != 0)
		return;
	for (struct yett_source_data *data = old->data; data != NULL;
	     data = data->next)
		json_decref(data->root);
	yett_arena_clear(&old->arena);
	free(old);
}
