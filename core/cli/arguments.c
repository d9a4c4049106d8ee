/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/arguments.h"

#include <string.h>

#define WORD_MOST 31  /* longer words are never suggested for */
#define VERBS_MOST 31 /* more are never suggested from */

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters to add, drop, change or swap with their neighbour (optimal
 * string alignment). Both words have at most WORD_MOST letters. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[3][WORD_MOST + 1] = { 0 };
	size_t *older = row[0], *old = row[1], *now = row[2];
	size_t len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		old[j] = j;
	for (size_t i = 1; i <= strlen(a); i++) {
		size_t *spare = older;

		now[0] = i;
		for (size_t j = 1; j <= len; j++) {
			now[j] = least(old[j] + 1, now[j - 1] + 1,
			    old[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				now[j] = least(now[j], older[j - 2] + 1,
				    now[j]);
		}
		older = old;
		old = now;
		now = spare;
	}
	return old[len];
}

/* Which of `names` (NULL ends them) was probably meant by `word`: the nearest
 * within a third of its length. NULL: none is near. */
static const char *
suggest(const char *word, const char *const names[])
{
	size_t len = strlen(word);
	size_t nearest = (len / 3 > 1 ? len / 3 : 1) + 1; /* too far */
	const char *best = NULL;

	if (len < 2 || len > WORD_MOST)
		return NULL;
	for (size_t i = 0; names[i] != NULL; i++) {
		size_t far = distance(word, names[i]);

		if (far < nearest) {
			nearest = far;
			best = names[i];
		}
	}
	return best;
}

static void
unknown_option(const struct yett_verb *verb, const char *name, size_t len)
{
	const char *names[YETT_OPTIONS_MOST + 2] = { "help" };
	char word[WORD_MOST + 1];
	const char *meant;

	for (size_t i = 0; verb->options[i].name != NULL; i++)
		names[i + 1] = verb->options[i].name;
	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	meant = len <= WORD_MOST ? suggest(word, names) : NULL;
	fprintf(stderr, "yett %s: there is no option --%.*s\n", verb->name,
	    (int)len, name);
	if (meant != NULL)
		fprintf(stderr, "  did you mean --%s?\n", meant);
	else
		fprintf(stderr, "  see `yett help %s`\n", verb->name);
}

static bool
repeats(const struct yett_option *option)
{
	return option->argument != NULL &&
	    strstr(option->argument, "...") != NULL;
}

/* Remember one more of an option that repeats. */
static bool
keep_repeated(const struct yett_verb *verb, const struct yett_option *option,
    const char *value, struct yett_arguments *out)
{
	if (out->repeated_count < YETT_REPEATS_MOST) {
		out->repeated[out->repeated_count++] = value;
		return true;
	}
	fprintf(stderr, "yett %s: more than %d times --%s\n", verb->name,
	    YETT_REPEATS_MOST, option->name);
	return false;
}

/* Keep what was said: for the whole verb, or for the operand that follows. */
static bool
keep_option(const struct yett_verb *verb, const struct yett_option *option,
    const char *value, struct yett_arguments *out)
{
	if (verb->paired != NULL && strcmp(option->name, verb->paired) == 0) {
		if (out->operand_count < YETT_OPERANDS_MOST)
			out->paired[out->operand_count] = value;
		return true;
	}
	out->option[option - verb->options] = value;
	return !repeats(option) || keep_repeated(verb, option, value, out);
}

/* The value of `option` is `joined` or the next word: moves *argv to the last
 * word used. */
static bool
take_value(const struct yett_verb *verb, const struct yett_option *option,
    const char *joined, char *const **argv, struct yett_arguments *out)
{
	if (option->argument == NULL && joined != NULL) {
		fprintf(stderr, "yett %s: --%s takes no value\n", verb->name,
		    option->name);
		return false;
	}
	if (option->argument != NULL && joined == NULL)
		joined = *++*argv;
	if (option->argument != NULL && joined == NULL) {
		fprintf(stderr, "yett %s: --%s needs a value: --%s %s\n",
		    verb->name, option->name, option->name, option->argument);
		return false;
	}
	return keep_option(verb, option, joined != NULL ? joined : "", out);
}

/* Takes one option, and its argument where that is a word of its own. */
static bool
take_option(const struct yett_verb *verb, char *const **argv,
    struct yett_arguments *out)
{
	const char *name = **argv + 2;
	size_t len = strcspn(name, "=");
	const char *joined = name[len] == '=' ? name + len + 1 : NULL;
	const struct yett_option *option = verb->options;

	while (option->name != NULL &&
	    (strlen(option->name) != len ||
		memcmp(option->name, name, len) != 0))
		option++;
	if (option->name == NULL) {
		unknown_option(verb, name, len);
		return false;
	}
	return take_value(verb, option, joined, argv, out);
}

/* Takes "-n". */
static bool
take_letter(const struct yett_verb *verb, char *const **argv,
    struct yett_arguments *out)
{
	const char *word = **argv;
	const char *letter = NULL;

	if (verb->letters != NULL && word[2] == '\0')
		letter = strchr(verb->letters, word[1]);
	if (letter != NULL)
		return take_value(verb, &verb->options[letter - verb->letters],
		    NULL, argv, out);
	fprintf(stderr,
	    "yett %s: options are written with two dashes, not \"%s\"\n",
	    verb->name, word);
	return false;
}

static bool
take_operand(const struct yett_verb *verb, const char *word,
    struct yett_arguments *out)
{
	size_t most = verb->operands_most != 0 ? verb->operands_most : 1;

	if (verb->operand == NULL || out->operand_count >= most) {
		fprintf(stderr, "yett %s: unexpected argument \"%s\"\n",
		    verb->name, word);
		return false;
	}
	out->operands[out->operand_count++] = word;
	out->operand = out->operands[0];
	return true;
}

static bool
asks_for_help(char *const argv[])
{
	for (; *argv != NULL && strcmp(*argv, "--") != 0; argv++)
		if (strcmp(*argv, "--help") == 0 || strcmp(*argv, "-h") == 0)
			return true;
	return false;
}

bool
yett_arguments_parse(const struct yett_verb *const *verbs,
    const struct yett_verb *verb, char *const argv[],
    struct yett_arguments *out, bool *help)
{
	bool options = true; /* no "--" was met yet */

	memset(out, 0, sizeof(*out));
	out->verbs = verbs;
	*help = asks_for_help(argv);
	if (*help)
		return true;
	for (; *argv != NULL; argv++) {
		if (options && strcmp(*argv, "--") == 0) {
			options = false;
		} else if (options && strncmp(*argv, "--", 2) == 0) {
			if (!take_option(verb, &argv, out))
				return false;
		} else if (options && (*argv)[0] == '-' && (*argv)[1] != '\0') {
			if (!take_letter(verb, &argv, out))
				return false;
		} else if (!take_operand(verb, *argv, out)) {
			return false;
		}
	}
	if (out->operand_count < YETT_OPERANDS_MOST &&
	    out->paired[out->operand_count] != NULL) {
		fprintf(stderr, "yett %s: --%s stands before what it is for\n",
		    verb->name, verb->paired);
		return false;
	}
	if (verb->operand != NULL && verb->operand[0] != '[' &&
	    out->operand == NULL) {
		fprintf(stderr, "yett %s: %s is missing: yett %s %s\n",
		    verb->name, verb->operand, verb->name, verb->operand);
		return false;
	}
	return true;
}

void
yett_arguments_unknown_verb(const struct yett_verb *const *verbs,
    const char *who, const char *word)
{
	const char *names[VERBS_MOST + 1] = { NULL };
	const char *meant;

	for (size_t i = 0; i < VERBS_MOST && verbs[i] != NULL; i++)
		names[i] = verbs[i]->name;
	meant = suggest(word, names);
	fprintf(stderr, "%s: there is no verb \"%s\"\n", who, word);
	if (meant != NULL)
		fprintf(stderr, "  did you mean `%s %s`?\n", who, meant);
	else
		fputs("  see `yett help`\n", stderr);
}
