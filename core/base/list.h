/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.h - doubly linked lists whose nodes live inside their elements.
 *
 * Owns nothing. A list head and a node that is in no list point at themselves.
 */
#ifndef YETT_BASE_LIST_H
#define YETT_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct yett_list {
	struct yett_list *next, *prev;
};

/* The element whose member `member` is `node`. */
#define YETT_LIST_ELEMENT(node, type, member)                                  \
	((type *)(void *)((char *)(node)-offsetof(type, member)))

static inline void
yett_list_init(struct yett_list *list)
{
	list->next = list->prev = list;
}

static inline bool
yett_list_is_empty(const struct yett_list *list)
{
	return list->next == list;
}

/* Append `node`, which must be in no list, at the end of `list`. */
static inline void
yett_list_append(struct yett_list *list, struct yett_list *node)
{
	node->prev = list->prev;
	node->next = list;
	list->prev->next = node;
	list->prev = node;
}

/* Take `node` out of its list; harmless when it is in none. */
static inline void
yett_list_remove(struct yett_list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	yett_list_init(node);
}

#endif
