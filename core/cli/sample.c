/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sample.h"
#include "yett_tools.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Everything that is ever written. */
static const char *const files[] = {
	"ca.pem",
	"staff-ca.pem",
	"portal.pem",
	"portal.key",
	"late.pem",
	"late.key",
	"ada.pem",
	"ada.key",
	"policy.lua",
	NULL,
};

/* One certificate with its key, NAME.pem and NAME.key. */
static const struct leaf {
	const char *name;
	const char *common_name;
	const char *dns_name; /* NULL: a person */
} leaves[] = {
	{ "portal", "portal.example", "portal.example" },
	{ "late", "late.example", "late.example" },
	{ "ada", "Ada Lovelace", NULL },
};

static const char policy_format[] =
    "-- policy.lua: what `yett demo` runs.\n"
    "listen \"127.0.0.1:%u\"\n"
    "\n"
    "trust \"staff\" { ca = \"staff-ca.pem\" }\n"
    "\n"
    "-- Everyone may read the site, /admin wants a certificate. Because a "
    "path\n"
    "-- may need one, the handshake asks for it.\n"
    "site \"portal.example\" {\n"
    "  key      = \"portal\",             -- portal.pem and portal.key\n"
    "  upstream = \"app:origin\",         -- the demo's own application\n"
    "  trust    = \"staff\",\n"
    "  forward  = { client_cert = \"rfc9440\" }, -- tell it who was verified\n"
    "\n"
    "  path \"/\"      { certificate = \"none\" },\n"
    "  path \"/admin\" { certificate = \"require\", why = \"staff only\" },\n"
    "}\n"
    "\n"
    "-- The same rules, but the handshake never asks: every need is late.\n"
    "site \"late.example\" {\n"
    "  key       = \"late\",\n"
    "  upstream  = \"app:origin\",\n"
    "  trust     = \"staff\",\n"
    "  handshake = \"never\",\n"
    "\n"
    "  path \"/\"      { certificate = \"none\" },\n"
    "  path \"/admin\" { certificate = \"require\", why = \"staff only\" },\n"
    "}\n";

/* Reads errno. */
static enum yett_status
system_fault(struct yett_fault *fault, const char *path, const char *what)
{
	int error = errno;

	snprintf(fault->where, sizeof(fault->where), "%.255s", path);
	snprintf(fault->what, sizeof(fault->what), "%s: %s", what,
	    strerror(error));
	return YETT_E_SYSTEM;
}

static enum yett_status
open_temporary(struct yett_sample *sample, struct yett_fault *fault)
{
	const char *parent = getenv("TMPDIR");

	snprintf(sample->dir, sizeof(sample->dir), "%s/yett-demo-XXXXXX",
	    parent != NULL && parent[0] == '/' ? parent : "/tmp");
	if (mkdtemp(sample->dir) == NULL) {
		(void)system_fault(fault, sample->dir,
		    "cannot make a directory");
		sample->dir[0] = '\0';
		return YETT_E_SYSTEM;
	}
	sample->made_dir = true;
	return YETT_OK;
}

static enum yett_status
open_named(struct yett_sample *sample, const char *dir,
    struct yett_fault *fault)
{
	char path[YETT_SAMPLE_PATH];
	struct yett_sample found = { 0 };
	struct stat unused;

	if (mkdir(dir, 0777) == 0)
		found.made_dir = true;
	else if (errno != EEXIST)
		return system_fault(fault, dir, "cannot make the directory");
	if (realpath(dir, found.dir) == NULL)
		return system_fault(fault, dir, "cannot find the directory");
	for (size_t i = 0; files[i] != NULL; i++) {
		if (lstat(yett_sample_path(&found, files[i], path), &unused) !=
		    0)
			continue;
		snprintf(fault->where, sizeof(fault->where), "%.255s", path);
		snprintf(fault->what, sizeof(fault->what),
		    "is there already, and nothing is overwritten: choose a "
		    "new directory");
		return YETT_E_ARGUMENT;
	}
	*sample = found;
	return YETT_OK;
}

static enum yett_status
write_ca(const struct yett_sample *sample, const char *common_name,
    const char *file, struct yett_throwaway_ca **out, struct yett_fault *fault)
{
	char path[YETT_SAMPLE_PATH];
	enum yett_status status = yett_throwaway_ca_new(out, common_name,
	    fault);

	if (status != YETT_OK)
		return status;
	return yett_throwaway_ca_write(*out,
	    yett_sample_path(sample, file, path), fault);
}

static enum yett_status
issue(const struct yett_sample *sample, const struct yett_throwaway_ca *ca,
    const struct leaf *leaf, struct yett_fault *fault)
{
	char file[32], cert[YETT_SAMPLE_PATH], key[YETT_SAMPLE_PATH];

	snprintf(file, sizeof(file), "%s.pem", leaf->name);
	yett_sample_path(sample, file, cert);
	snprintf(file, sizeof(file), "%s.key", leaf->name);
	yett_sample_path(sample, file, key);
	return yett_throwaway_ca_issue(ca, leaf->common_name, leaf->dns_name,
	    cert, key, fault);
}

enum yett_status
yett_sample_open(struct yett_sample *sample, const char *dir,
    struct yett_fault *fault)
{
	*sample = (struct yett_sample){ 0 };
	if (dir == NULL)
		return open_temporary(sample, fault);
	return open_named(sample, dir, fault);
}

enum yett_status
yett_sample_issue(const struct yett_sample *sample, struct yett_fault *fault)
{
	struct yett_throwaway_ca *sites = NULL, *staff = NULL;
	enum yett_status status;

	status = write_ca(sample, "Yett demo: sites", "ca.pem", &sites, fault);
	if (status == YETT_OK)
		status = write_ca(sample, "Yett demo: staff", "staff-ca.pem",
		    &staff, fault);
	for (size_t i = 0;
	     status == YETT_OK && i < sizeof(leaves) / sizeof(leaves[0]); i++)
		status = issue(sample,
		    leaves[i].dns_name != NULL ? sites : staff, &leaves[i],
		    fault);
	yett_throwaway_ca_free(staff);
	yett_throwaway_ca_free(sites);
	return status;
}

enum yett_status
yett_sample_write_policy(const struct yett_sample *sample, unsigned port,
    struct yett_fault *fault)
{
	char path[YETT_SAMPLE_PATH];
	FILE *out = fopen(yett_sample_path(sample, "policy.lua", path), "wxe");
	bool written;

	if (out == NULL)
		return system_fault(fault, path, "cannot make the file");
	written = fprintf(out, policy_format, port) > 0;
	if (fclose(out) != 0 || !written)
		return system_fault(fault, path, "cannot write");
	return YETT_OK;
}

const char *
yett_sample_path(const struct yett_sample *sample, const char *name,
    char out[YETT_SAMPLE_PATH])
{
	snprintf(out, YETT_SAMPLE_PATH, "%s/%s", sample->dir, name);
	return out;
}

void
yett_sample_close(struct yett_sample *sample)
{
	char path[YETT_SAMPLE_PATH];

	if (sample->dir[0] == '\0' || sample->keep)
		return;
	for (size_t i = 0; files[i] != NULL; i++)
		(void)unlink(yett_sample_path(sample, files[i], path));
	if (sample->made_dir)
		(void)rmdir(sample->dir); /* stays if somebody added a file */
	sample->dir[0] = '\0';
}
