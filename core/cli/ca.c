/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/complaint.h"
#include "cli/sample.h"

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static enum yett_exit
make_certificates(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	struct yett_sample sample;
	enum yett_status status;

	yett_complaint_init(&complaint);
	status = yett_sample_open(&sample, arguments->operand, &fault);
	if (status == YETT_OK)
		status = yett_sample_issue(&sample, &fault);
	sample.keep = status == YETT_OK;
	if (status == YETT_OK)
		printf("certificates for a day are in %s\n", sample.dir);
	yett_sample_close(&sample);
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_ca = {
	.name = "ca",
	.operand = "DIR",
	.summary = "create throw-away certificates, for demos and tests only",
	.story = "Writes to DIR, in PEM and valid for one day:\n"
		 "\n"
		 "  ca.pem          authority of the sites\n"
		 "  portal.pem/key  site portal.example\n"
		 "  late.pem/key    site late.example\n"
		 "  staff-ca.pem    authority of people\n"
		 "  ada.pem/key     a person\n"
		 "\n"
		 "Never writes the keys of the authorities, and never "
		 "overwrites a file.",
	.options = options,
	.run = make_certificates,
};
