/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_files.h - the policy of fuzz_connection, with its key and its CA.
 */
#ifndef FUZZ_SITE_FILES_H
#define FUZZ_SITE_FILES_H

/* Write policy.lua and what it names into `folder`. */
void site_files_write(const char *folder);

/* Remove them, and the folder. */
void site_files_remove(const char *folder);

#endif
