/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - makes an ordinary test of a fuzz target: tests/fuzz/fuzz_NOUN is
 * run with each file of tests/fuzz/corpus/NOUN, and with each start of it.
 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <stdio.h>

#include "base/file.h"

#define FILE_MOST (256 * 1024)
#define STARTS_MOST 2048

/* Files are small, so that every start of one can be tried: in memory of its
 * own, for a sanitizer to see reads behind it. */
static bool
replay(const char *path)
{
	struct yett_buf file = { 0 };
	struct yett_slice bytes;

	if (yett_file_read(path, FILE_MOST, &file, NULL) != YETT_OK)
		return false;
	bytes = yett_buf_slice(&file);
	for (size_t len = bytes.len > STARTS_MOST ? bytes.len : 0;
	     len <= bytes.len; len++) {
		uint8_t *start = malloc(len + 1);

		memcpy(start, bytes.at, len);
		(void)LLVMFuzzerTestOneInput(start, len); /* always 0 */
		free(start);
	}
	yett_buf_clear(&file);
	return true;
}

static int
replay_all(const char *folder)
{
	DIR *listing = opendir(folder);
	struct dirent *entry;
	int count = 0, failed = 0;

	while (listing != NULL && (entry = readdir(listing)) != NULL) {
		char path[1024];
		bool good;

		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", folder,
		    entry->d_name);
		good = replay(path);
		failed += !good;
		printf("%s %d - %s\n", good ? "ok" : "not ok", ++count,
		    entry->d_name);
	}
	if (listing != NULL)
		closedir(listing);
	printf("1..%d\n", count);
	return failed > 0 || count == 0;
}

int
main(int argc, char **argv)
{
	const char *top = getenv("TOP_SRCDIR");
	const char *noun = argc > 0 ? strrchr(argv[0], '_') : NULL;
	char folder[512];

	if (noun == NULL) {
		printf("Bail out! the program is not called fuzz_NOUN\n");
		return 1;
	}
	(void)snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s",
	    top == NULL ? "." : top, noun + 1);
	return replay_all(folder);
}
