/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h - memory for large tables with random access.
 *
 * With pages of 4 KiB, half of the time of a look-up among 100,000 sites is
 * spent in the page tables; with huge pages the processor caches all of them.
 */
#ifndef YETT_BASE_PAGES_H
#define YETT_BASE_PAGES_H

#include <stddef.h>

#define YETT_PAGES_HUGE ((size_t)2 << 20)

/*
 * `size` zeroed bytes, of huge pages where `size` is a multiple of HUGE and
 * the system has such pages. Free with free(). NULL when memory is out.
 */
void *yett_pages_alloc(size_t size);

#endif
