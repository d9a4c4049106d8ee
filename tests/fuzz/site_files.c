/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz/site_files.h"

#include <stdio.h>
#include <unistd.h>

#include "fuzz/fuzz.h"
#include "tls/ca.h"

static void
write_file(const char *folder, const char *name, struct yett_slice text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	must(file != NULL && fwrite(text.at, 1, text.len, file) == text.len &&
	    fclose(file) == 0);
}

void
site_files_write(const char *folder)
{
	static const char *const names[] = { "a.test", NULL };
	static const char policy[] =
	    "listen \"127.0.0.1:0\"\n"
	    "gateway { limits = { requests_per_connection = 60 } }\n"
	    "trust \"staff\" { ca = \"ca.pem\" }\n"
	    "site \"a.test\" { key = \"server\", upstream = \"app:origin\",\n"
	    "  trust = \"staff\", handshake = \"never\",\n"
	    "  path \"/pay\" { certificate = \"require\" },\n"
	    "  request = function(req)\n"
	    "    if req.path == \"/deny\" then return deny {} end\n"
	    "  end }\n";
	const struct yett_ca_request request = { .common_name = "a.test",
		.dns = names,
		.purposes = YETT_CA_SERVER,
		.not_before = 1577836800,
		.not_after = 2493072000 };
	struct yett_buf cert = { 0 }, key = { 0 }, root = { 0 };
	struct yett_ca *ca = NULL;

	must(yett_ca_new(&ca, "fuzz", NULL) == YETT_OK &&
	    yett_ca_issue(ca, &request, &cert, &key, NULL) == YETT_OK &&
	    yett_ca_write(ca, &root, NULL) == YETT_OK);
	write_file(folder, "server.pem", yett_buf_slice(&cert));
	write_file(folder, "server.key", yett_buf_slice(&key));
	write_file(folder, "ca.pem", yett_buf_slice(&root));
	write_file(folder, "policy.lua", yett_slice_of(policy));
	yett_ca_free(ca);
	yett_buf_clear(&cert);
	yett_buf_clear(&key);
	yett_buf_clear(&root);
}

void
site_files_remove(const char *folder)
{
	static const char *const names[] = { "server.pem", "server.key",
		"ca.pem", "policy.lua" };
	char path[256];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}
