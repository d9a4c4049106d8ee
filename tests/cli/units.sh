#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The units of examples/systemd: systemd understands them, and knows little that
# the service could still be kept from.
. "$TOP_SRCDIR/tests/cli/tap.sh"
if ! systemd-analyze --version >/dev/null 2>&1; then
	echo "1..0 # SKIP systemd-analyze is not installed"
	exit 0
fi
cd "$scratch" || exit 99
status=0
here=$(cd "$TOP_BUILDDIR" && pwd)
for unit in yett.service yett.socket; do
	sed "s,/usr/bin/yett,$here/yett,; s,^Documentation=.*,," \
		"$TOP_SRCDIR/examples/systemd/$unit" >"$unit"
done
systemd-analyze verify ./yett.service ./yett.socket >out 2>err
ok "systemd understands the units" test ! -s err
systemd-analyze security --offline=true ./yett.service >out 2>err
exposure=$(sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p' out)
ok "the service is exposed less than 2.0 of 10" \
	awk "BEGIN { exit !(\"$exposure\" != \"\" && $exposure + 0 < 2) }"
sed 's/^WatchdogSec=/Watchdog=/' yett.service >wrong.service
systemd-analyze verify ./wrong.service >out 2>err
ok "a wrong unit would have been seen" test -s err
plan
