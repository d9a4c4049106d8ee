/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/tour.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/foreground.h"

#define OUTPUT_MOST 16384 /* bytes of an answer that are looked at */
#define PATIENCE_MS 30000 /* for one curl */
#define PEM_MOST 8192     /* bytes of a certificate file */

/* One request and the answer it must get. */
struct stop {
	const char *title;
	const char *site, *path;
	bool certificate; /* shows Ada's */
	bool identity;    /* the origin must have been told who she is */
	int status;
	const char *want; /* somewhere in the answer */
};

static const struct stop stops[] = {
	{ "the public page is open to everyone", "portal.example", "/", false,
	    false, 200, "GET /" },
	{ "/admin asks for a certificate, and none is sent", "portal.example",
	    "/admin", false, false, 403, "not_sent" },
	{ "/admin with Ada's certificate: the origin receives her identity",
	    "portal.example", "/admin", true, true, 200, "GET /admin" },
	{ "a late need: this site's handshake never asks", "late.example",
	    "/admin", true, false, 500, "0x80070032" },
};
#define STOPS (sizeof(stops) / sizeof(stops[0]))

/* A command line; `word` points into the other members. */
struct line {
	char *word[20]; /* ends with NULL */
	char ca[YETT_SAMPLE_PATH], cert[YETT_SAMPLE_PATH],
	    key[YETT_SAMPLE_PATH];
	char resolve[64], url[128];
};

static void
add_word(struct line *line, size_t *count, const char *word)
{
	/* posix_spawn() takes words it promises not to write to. */
	line->word[(*count)++] = (char *)(uintptr_t)word;
}

static void
write_line(struct line *line, const struct yett_sample *sample, unsigned port,
    const struct stop *stop)
{
	size_t n = 0;

	snprintf(line->resolve, sizeof(line->resolve), "%s:%u:127.0.0.1",
	    stop->site, port);
	snprintf(line->url, sizeof(line->url), "https://%s:%u%s", stop->site,
	    port, stop->path);
	add_word(line, &n, "curl");
	add_word(line, &n, "-sSi");
	add_word(line, &n, "--noproxy"); /* whatever http_proxy says */
	add_word(line, &n, "*");
	add_word(line, &n, "--cacert");
	add_word(line, &n, yett_sample_path(sample, "ca.pem", line->ca));
	add_word(line, &n, "--resolve");
	add_word(line, &n, line->resolve);
	if (stop->certificate) {
		add_word(line, &n, "--cert");
		add_word(line, &n,
		    yett_sample_path(sample, "ada.pem", line->cert));
		add_word(line, &n, "--key");
		add_word(line, &n,
		    yett_sample_path(sample, "ada.key", line->key));
	}
	add_word(line, &n, line->url);
	line->word[n] = NULL;
}

/* One word, quoted for the shell where it needs to be. */
static void
print_word(const char *word)
{
	if (strspn(word,
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_./:,+@%=") == strlen(word)) {
		fputs(word, stdout);
		return;
	}
	putchar('\'');
	for (; *word != '\0'; word++)
		if (*word == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*word);
	putchar('\'');
}

static int
remaining_ms(const struct timespec *start)
{
	struct timespec now;
	long gone;

	clock_gettime(CLOCK_MONOTONIC, &now);
	gone = (now.tv_sec - start->tv_sec) * 1000 +
	    (now.tv_nsec - start->tv_nsec) / 1000000;
	return gone < PATIENCE_MS ? (int)(PATIENCE_MS - gone) : 0;
}

/* Read until the end, keeping what fits; false when it took too long. */
static bool
read_output(int fd, char output[OUTPUT_MOST])
{
	struct timespec start;
	size_t len = 0;
	ssize_t got = -1;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		char chunk[1024];
		size_t kept;

		if (poll(&wait, 1, remaining_ms(&start)) <= 0)
			break;
		got = read(fd, chunk, sizeof(chunk));
		if (got <= 0)
			break;
		kept = OUTPUT_MOST - 1 - len;
		kept = (size_t)got < kept ? (size_t)got : kept;
		memcpy(output + len, chunk, kept);
		len += kept;
	}
	output[len] = '\0';
	return got == 0;
}

/* Start curl with its output into `fd` and the signals as a shell has them;
 * 0 or an errno value. */
static int
spawn(const struct line *line, int fd, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int error;

	sigemptyset(&none);
	error = posix_spawn_file_actions_init(&actions);
	if (error != 0)
		return error;
	error = posix_spawnattr_init(&attributes);
	if (error != 0) {
		posix_spawn_file_actions_destroy(&actions);
		return error;
	}
	error = posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, fd,
		    STDERR_FILENO);
	if (error == 0)
		error = posix_spawnattr_setsigmask(&attributes, &none);
	if (error == 0)
		error = posix_spawnattr_setflags(&attributes,
		    POSIX_SPAWN_SETSIGMASK);
	if (error == 0)
		error = posix_spawnp(child, line->word[0], &actions,
		    &attributes, line->word, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return error;
}

/* Run the line; 0 or an errno value. `output` gets what it printed. */
static int
run_line(const struct line *line, char output[OUTPUT_MOST])
{
	int ends[2], error, unused;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	error = spawn(line, ends[1], &child);
	close(ends[1]);
	if (error == 0) {
		if (!read_output(ends[0], output))
			kill(child, SIGKILL);
		while (waitpid(child, &unused, 0) < 0 && errno == EINTR)
			;
	}
	close(ends[0]);
	return error;
}

/* How RFC 9440 writes Ada's certificate: the base64 of her PEM file between
 * colons. Empty when the file cannot be read. */
static void
expected_identity(const struct yett_sample *sample, char out[PEM_MOST])
{
	char path[YETT_SAMPLE_PATH], row[128];
	FILE *pem = fopen(yett_sample_path(sample, "ada.pem", path), "re");
	size_t len = 0;

	out[0] = '\0';
	if (pem == NULL)
		return;
	out[len++] = ':';
	while (fgets(row, sizeof(row), pem) != NULL &&
	    len + sizeof(row) < PEM_MOST)
		for (const char *c = row; row[0] != '-' && *c != '\0'; c++)
			if (!isspace((unsigned char)*c))
				out[len++] = *c;
	fclose(pem);
	memcpy(out + len, ":", 2);
}

/* "HTTP/2 200 ..." or "HTTP/1.1 200 ...": what curl was built for. */
static bool
has_status(const char *output, int status)
{
	const char *space = strchr(output, ' ');

	return strncmp(output, "HTTP/", 5) == 0 && space != NULL &&
	    atoi(space) == status;
}

static bool
is_expected(const struct yett_sample *sample, const struct stop *stop,
    const char *output)
{
	char identity[PEM_MOST];

	/* HTTP/2 has names of fields in lower case. */
	if (!has_status(output, stop->status) ||
	    strcasestr(output, stop->want) == NULL)
		return false;
	if (!stop->identity)
		return strstr(output, "Client-Cert") == NULL;
	expected_identity(sample, identity);
	return identity[0] != '\0' && strstr(output, identity) != NULL;
}

/* What came instead, as TAP comments. */
static void
print_comment(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\r\n");

		printf("# %.*s\n", (int)len, text);
		text += len;
		text += strspn(text, "\r\n");
	}
}

void
yett_tour_print(const struct yett_sample *sample, unsigned port)
{
	struct line line;

	for (size_t i = 0; i < STOPS; i++) {
		write_line(&line, sample, port, &stops[i]);
		printf("\n# %s\n# -> %d with \"%s\"\n", stops[i].title,
		    stops[i].status, stops[i].want);
		for (size_t n = 0; line.word[n] != NULL; n++) {
			if (n > 0)
				putchar(' ');
			print_word(line.word[n]);
		}
		putchar('\n');
	}
}

enum yett_exit
yett_tour_check(const struct yett_sample *sample, unsigned port)
{
	enum yett_exit result = YETT_EXIT_FINE;
	char output[OUTPUT_MOST];
	struct line line;

	printf("1..%zu\n", STOPS);
	for (size_t i = 0; i < STOPS; i++) {
		bool fine;
		int error;

		if (yett_foreground_is_ending()) {
			fputs("yett: ended by a signal\n", stderr);
			return YETT_EXIT_SYSTEM;
		}
		write_line(&line, sample, port, &stops[i]);
		error = run_line(&line, output);
		if (error != 0) {
			fprintf(stderr, "yett: cannot run curl: %s\n",
			    strerror(error));
			return YETT_EXIT_SYSTEM;
		}
		fine = is_expected(sample, &stops[i], output);
		printf("%s %zu - %s: %d\n", fine ? "ok" : "not ok", i + 1,
		    stops[i].title, stops[i].status);
		if (!fine) {
			print_comment(output);
			result = YETT_EXIT_WRONG;
		}
	}
	return result;
}
