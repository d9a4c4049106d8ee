/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_trie.h - finds the rule of a site for a path.
 *
 * A tree over segments (path_segments.h) whose edges are in one hash table: a
 * step costs one look-up, however many rules a site has.
 *
 * An exact rule takes precedence; then the rule with more segments; then, from
 * the left, a literal segment before a glob's star. Two rules that would still
 * tie do not load. Frozen: lives in the arena it was built in.
 */
#ifndef YETT_POLICY_PATH_TRIE_H
#define YETT_POLICY_PATH_TRIE_H

#include "base/arena.h"
#include "base/status.h"
#include "policy/rules.h"

struct yett_path_trie;

/*
 * Build the tree over all rules of `site`, which it points to; with case
 * folded if the site says so. Without rules *out becomes NULL.
 *
 * YETT_E_POLICY: two rules tie; a pattern that does not start with a slash,
 * has too many segments, holds a ';', or a star that is not a whole segment
 * of a glob.
 */
YETT_MUST_USE
enum yett_status
yett_path_trie_build(struct yett_arena *arena, const struct yett_site *site,
    const struct yett_path_trie **out, struct yett_fault *fault);

/* Bytes of the tree, which lie in one piece from `trie` on. 0: no tree. */
size_t yett_path_trie_size(const struct yett_path_trie *trie);

/* The rule of a normal path. NULL: none, or no tree. */
const struct yett_rule *
yett_path_trie_find(const struct yett_path_trie *trie, struct yett_slice path);

#endif
