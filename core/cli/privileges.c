/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "cli/complaint.h"

enum yett_status
yett_privileges_find(struct yett_privileges *out, const char *user,
    const char *group, struct yett_fault *fault)
{
	const struct passwd *passwd;
	const struct group *found;

	*out = (struct yett_privileges){ .user = user };
	if (user == NULL && group != NULL)
		return yett_complaint_fail(fault, YETT_E_ARGUMENT,
		    "--group needs --user: root with another group is root");
	if (user == NULL)
		return YETT_OK;
	passwd = getpwnam(user);
	if (passwd == NULL)
		return yett_complaint_fail(fault, YETT_E_ARGUMENT,
		    "there is no user \"%s\"", user);
	out->uid = passwd->pw_uid;
	out->gid = passwd->pw_gid;
	if (group == NULL)
		return YETT_OK;
	found = getgrnam(group);
	if (found == NULL)
		return yett_complaint_fail(fault, YETT_E_ARGUMENT,
		    "there is no group \"%s\"", group);
	out->gid = found->gr_gid;
	return YETT_OK;
}

enum yett_status
yett_privileges_drop(const struct yett_privileges *privileges,
    struct yett_fault *fault)
{
	if (privileges->user == NULL)
		return YETT_OK;
	/* The C library does each of these in all threads. */
	if (initgroups(privileges->user, privileges->gid) != 0 ||
	    setresgid(privileges->gid, privileges->gid, privileges->gid) != 0 ||
	    setresuid(privileges->uid, privileges->uid, privileges->uid) != 0)
		return yett_complaint_fail(fault, YETT_E_SYSTEM,
		    "cannot become user \"%s\": %s", privileges->user,
		    strerror(errno));
	return YETT_OK;
}
