/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "yett_tools.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static const char policy_text[] =
    "-- Who must show a client certificate, for which name and path.\n"
    "-- Check it with `yett check policy.lua`, test it with `yett test "
    ".`.\n"
    "\n"
    "-- Where the gateway listens. 0.0.0.0:443 is every IPv4 address.\n"
    "listen \"127.0.0.1:8443\"\n"
    "\n"
    "-- Whom to believe: the authority that signs the staff's "
    "certificates.\n"
    "-- `yett ca demo` makes one for trying things out.\n"
    "trust \"staff\" {\n"
    "  ca = \"demo/staff-ca.pem\",\n"
    "  -- crl = \"demo/staff.crl\",  -- revoked certificates\n"
    "}\n"
    "\n"
    "-- One server name. Its key is demo/portal.pem and demo/portal.key.\n"
    "site \"portal.example\" {\n"
    "  key      = \"demo/portal\",\n"
    "  upstream = \"http://127.0.0.1:8080\",\n"
    "  trust    = \"staff\",\n"
    "\n"
    "  -- The verified certificate goes to the upstream in Client-Cert.\n"
    "  forward  = { client_cert = \"rfc9440\" },\n"
    "\n"
    "  -- The most specific path decides, in whatever order they stand.\n"
    "  path \"/\"      { certificate = \"none\" },\n"
    "  path \"/admin\" { certificate = \"require\", why = \"staff only\" "
    "},\n"
    "}\n";

static const char test_text[] =
    "-- The tests of policy.lua: `yett test .` runs them, without a "
    "network.\n"
    "\n"
    "test \"everyone may read the front page\" {\n"
    "  get \"https://portal.example/\",\n"
    "  expect { status = 200 },\n"
    "}\n"
    "\n"
    "test \"/admin refuses people without a certificate\" {\n"
    "  get \"https://portal.example/admin\",\n"
    "  expect { status = 403, reason = \"not_sent\" },\n"
    "}\n"
    "\n"
    "test \"/admin admits staff\" {\n"
    "  get \"https://portal.example/admin\",\n"
    "  with = certificate { issuer = \"staff\", cn = \"Ada\" },\n"
    "  expect { status = 200, trust = \"staff\" },\n"
    "}\n";

static const char settings_text[] =
    "{\n"
    "  \"runtime.version\": \"Lua 5.4\",\n"
    "  \"runtime.builtin\": {\n"
    "    \"coroutine\": \"disable\", \"debug\": \"disable\",\n"
    "    \"io\": \"disable\", \"os\": \"disable\", "
    "\"package\": \"disable\"\n"
    "  },\n"
    "  \"workspace.library\": [\".yett\"]\n"
    "}\n";

/* One file: its text, or the form of the language that it is. */
static const struct file {
	const char *name;
	const char *text; /* NULL: `form` */
	enum yett_export_form form;
} files[] = {
	{ "policy.lua", policy_text, 0 },
	{ "policy_test.lua", test_text, 0 },
	{ ".luarc.json", settings_text, 0 },
	{ ".luacheckrc", NULL, YETT_EXPORT_LUACHECK },
	{ ".yett/definitions.lua", NULL, YETT_EXPORT_LUALS },
};

#define FILES (sizeof(files) / sizeof(files[0]))

static void
write_file(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg); /* fclose() tells at the end */
}

static bool
fail_file(const char *name)
{
	fprintf(stderr, "yett init: cannot write %s: %s\n", name,
	    strerror(errno));
	return false;
}

/* Nothing that is there is overwritten, not even what came meanwhile. */
static bool
create(int dir, const struct file *file)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	int fd = openat(dir, file->name,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
	bool fine = true;

	if (out == NULL) {
		(void)fail_file(file->name);
		if (fd >= 0)
			close(fd);
		return false;
	}
	if (file->text != NULL)
		write_file(out, file->text, strlen(file->text));
	else
		fine = yett_export(NULL, file->form, NULL, write_file, out,
			   &fault) == YETT_OK;
	if (!fine)
		fprintf(stderr, "yett init: %s: %s\n", file->name, fault.what);
	fine = !ferror(out) && fine;
	return fclose(out) == 0 ? fine : fail_file(file->name);
}

/* Whether none of our files is in the folder. */
static bool
is_free(int dir, const char *name)
{
	for (size_t i = 0; i < FILES; i++)
		if (faccessat(dir, files[i].name, F_OK, AT_SYMLINK_NOFOLLOW) ==
		    0) {
			fprintf(stderr,
			    "yett init: %s/%s is there already; nothing was "
			    "written\n",
			    name, files[i].name);
			return false;
		}
	return true;
}

/* Write all files, or none of them. */
static bool
fill(int dir)
{
	size_t done = 0;

	if (mkdirat(dir, ".yett", 0777) != 0 && errno != EEXIST)
		return fail_file(".yett");
	while (done < FILES && create(dir, &files[done]))
		done++;
	if (done == FILES)
		return true;
	while (done-- > 0)
		unlinkat(dir, files[done].name, 0);
	return false;
}

static enum yett_exit
init(const struct yett_arguments *arguments)
{
	const char *name = arguments->operand;
	bool fine;
	int dir;

	if (mkdir(name, 0777) != 0 && errno != EEXIST) {
		(void)fail_file(name);
		return YETT_EXIT_SYSTEM;
	}
	dir = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		(void)fail_file(name);
		return YETT_EXIT_SYSTEM;
	}
	fine = is_free(dir, name) && fill(dir);
	close(dir);
	if (!fine)
		return YETT_EXIT_SYSTEM;
	printf("%s has a policy, its test and the settings of editors. "
	       "Next:\n\n"
	       "  cd %s\n"
	       "  yett ca demo             # certificates for a day\n"
	       "  yett check policy.lua\n"
	       "  yett test .\n"
	       "  yett run policy.lua\n",
	    name, name);
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_init = {
	.name = "init",
	.operand = "DIR",
	.summary = "create a policy with a test and editor settings",
	.story = "Creates DIR if it is missing and writes to it:\n"
		 "\n"
		 "  policy.lua       a policy, with comments\n"
		 "  policy_test.lua  its tests\n"
		 "  .luarc.json      for the Lua language server, with the "
		 "definitions in .yett\n"
		 "  .luacheckrc      for luacheck\n"
		 "\n"
		 "Never overwrites a file.",
	.options = options,
	.run = init,
};
