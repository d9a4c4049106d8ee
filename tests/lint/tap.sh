# SPDX-License-Identifier: Apache-2.0
# Sourced by the lints: each of them is one test.

# verdict NAME: what standard input has are the findings, one a line; without
# any the test passed.
verdict() {
	findings=$(cat)
	echo 1..1
	if [ -z "$findings" ]; then
		echo "ok 1 - $1"
	else
		echo "not ok 1 - $1"
		printf '%s\n' "$findings" | sed 's/^/# /'
	fi
}
