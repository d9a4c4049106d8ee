/* SPDX-License-Identifier: Apache-2.0 */
#include "http/date.h"

#include <time.h>

/* Neither strftime() nor printf: both follow the locale or are slow. */
static char *
write_digits(char *out, int number, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + number % 10);
		number /= 10;
	}
	return out + digits;
}

static char *
write_text(char *out, const char *text, size_t len)
{
	memcpy(out, text, len);
	return out + len;
}

struct yett_slice
yett_date_write(char out[YETT_DATE_LEN], int64_t seconds)
{
	static const char day[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ";
	static const char month[] =
	    " Jan  Feb  Mar  Apr  May  Jun  Jul  Aug  Sep  Oct  Nov  Dec ";
	const time_t when = (time_t)seconds;
	char *at = out;
	struct tm tm;

	gmtime_r(&when, &tm);
	at = write_text(at, day + 5 * tm.tm_wday, 5);
	at = write_digits(at, tm.tm_mday, 2);
	at = write_text(at, month + 5 * tm.tm_mon, 5);
	at = write_digits(at, tm.tm_year + 1900, 4);
	*at++ = ' ';
	at = write_digits(at, tm.tm_hour, 2);
	*at++ = ':';
	at = write_digits(at, tm.tm_min, 2);
	*at++ = ':';
	at = write_digits(at, tm.tm_sec, 2);
	write_text(at, " GMT", 4);
	return (struct yett_slice){ out, YETT_DATE_LEN };
}
