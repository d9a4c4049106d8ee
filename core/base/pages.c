/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pages.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

void *
yett_pages_alloc(size_t size)
{
	void *pages;

	if (size == 0 || size % YETT_PAGES_HUGE != 0)
		return calloc(1, size);
	pages = aligned_alloc(YETT_PAGES_HUGE, size);
	if (pages == NULL)
		return NULL;
	/* Only advice: small pages do as well, but slower. */
	(void)madvise(pages, size, MADV_HUGEPAGE);
	return memset(pages, 0, size);
}
