/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/serial.h"

bool
yett_serial_read(struct yett_serial *out, struct yett_slice bytes)
{
	while (bytes.len > 0 && *bytes.at == 0) {
		bytes.at++;
		bytes.len--;
	}
	if (bytes.len > YETT_SERIAL_MOST)
		return false;
	*out = (struct yett_serial){ .len = (uint8_t)bytes.len };
	memcpy(out->byte, bytes.at, bytes.len);
	return true;
}
