/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "yett_tools.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "script/code_page.h"
#include "script/iis.h"
#include "tls/ca.h"
#include "tools/check.h"

const char *
yett_version(void)
{
	return PACKAGE_VERSION;
}

void
yett_log_to(yett_log_sink sink, void *arg, enum yett_log_level most)
{
	yett_log_set(sink, arg, most);
}

enum yett_status
yett_policy_check(const char *path, const char *as, unsigned flags,
    const struct yett_report *report, yett_text_sink table, void *table_arg,
    struct yett_fault *fault)
{
	return yett_check(path, as, flags, report, table, table_arg, fault);
}

enum yett_status
yett_import_iis(const struct yett_import *import, struct yett_fault *fault)
{
	struct yett_buf policy = { 0 }, parity = { 0 };
	struct yett_slice text;
	enum yett_status status = yett_iis_import(import, &policy, &parity,
	    fault);

	if (status == YETT_OK) {
		text = yett_buf_slice(&policy);
		import->policy(import->policy_arg, text.at, text.len);
		text = yett_buf_slice(&parity);
		if (import->parity != NULL)
			import->parity(import->parity_arg, text.at, text.len);
	}
	yett_buf_clear(&policy);
	yett_buf_clear(&parity);
	return status;
}

enum yett_status
yett_explain_code(const char *code, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	return yett_code_page(code, sink, arg, fault);
}

/* --- the throw-away CA ---------------------------------------------------- */

/* A certificate begins a while ago, for clocks differ, and lasts a day. */
#define BEGAN_S 3600
#define LASTS_S 86400

struct yett_throwaway_ca {
	struct yett_ca *ca;
};

/* Write to a new file that `mode` guards from its first moment on. */
static enum yett_status
write_file(const char *path, mode_t mode, const struct yett_buf *content,
    struct yett_fault *fault)
{
	struct yett_slice bytes = yett_buf_slice(content);
	enum yett_status status = YETT_OK;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

	if (fd < 0)
		return yett_fail_errno(fault, errno, "cannot write %s", path);
	if (write(fd, bytes.at, bytes.len) != (ssize_t)bytes.len)
		status = yett_fail_errno(fault, errno, "cannot write %s", path);
	if (close(fd) != 0 && status == YETT_OK)
		status = yett_fail_errno(fault, errno, "cannot write %s", path);
	return status;
}

enum yett_status
yett_throwaway_ca_new(struct yett_throwaway_ca **out, const char *common_name,
    struct yett_fault *fault)
{
	struct yett_throwaway_ca *ca;
	enum yett_status status = yett_tls_library_init(fault);

	if (status != YETT_OK)
		return status;
	ca = calloc(1, sizeof(*ca));
	if (ca == NULL)
		return YETT_E_NOMEM;
	status = yett_ca_new(&ca->ca, common_name, fault);
	if (status != YETT_OK) {
		free(ca);
		return status;
	}
	*out = ca;
	return YETT_OK;
}

void
yett_throwaway_ca_free(struct yett_throwaway_ca *ca)
{
	if (ca == NULL)
		return;
	yett_ca_free(ca->ca);
	free(ca);
}

enum yett_status
yett_throwaway_ca_write(const struct yett_throwaway_ca *ca, const char *path,
    struct yett_fault *fault)
{
	struct yett_buf pem = { 0 };
	enum yett_status status = yett_ca_write(ca->ca, &pem, fault);

	if (status == YETT_OK)
		status = write_file(path, 0644, &pem, fault);
	yett_buf_clear(&pem);
	return status;
}

enum yett_status
yett_throwaway_ca_issue(const struct yett_throwaway_ca *ca,
    const char *common_name, const char *dns_name, const char *cert_path,
    const char *key_path, struct yett_fault *fault)
{
	const char *const names[] = { dns_name, NULL };
	const struct yett_ca_request request = {
		.common_name = common_name,
		.dns = dns_name == NULL ? NULL : names,
		.purposes = dns_name == NULL ? YETT_CA_CLIENT : YETT_CA_SERVER,
		.not_before = time(NULL) - BEGAN_S,
		.not_after = time(NULL) + LASTS_S,
	};
	struct yett_buf cert = { 0 }, key = { 0 };
	enum yett_status status = yett_ca_issue(ca->ca, &request, &cert, &key,
	    fault);

	if (status == YETT_OK)
		status = write_file(key_path, 0600, &key, fault);
	if (status == YETT_OK)
		status = write_file(cert_path, 0644, &cert, fault);
	yett_buf_clear(&cert);
	yett_buf_clear(&key);
	return status;
}
