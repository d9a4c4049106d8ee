# SPDX-License-Identifier: Apache-2.0
# Sourced by the tests of the command line: TAP in sh, and one way to run yett.
yett=$TOP_BUILDDIR/yett
scratch=$(mktemp -d) || exit 99
count=0
child=

end() {
	[ -z "$child" ] || kill -KILL "$child" 2>/dev/null
	rm -rf "$scratch"
}
trap end EXIT

# run ARGUMENT...: output goes to $scratch/out and err, the status to $status.
run() {
	status=0
	timeout -k 5 60 "$yett" "$@" >"$scratch/out" 2>"$scratch/err" ||
		status=$?
}

# ok NAME COMMAND...: one test; shows what yett printed when it fails.
ok() {
	name=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "# failed: $*"
		echo "# status: $status"
		sed 's/^/# out: /' "$scratch/out"
		sed 's/^/# err: /' "$scratch/err"
	fi
}

ends() { # STATUS
	[ "$status" -eq "$1" ]
}

prints() { # TEXT
	grep -qF -- "$1" "$scratch/out"
}

complains() { # TEXT
	grep -qF -- "$1" "$scratch/err"
}

lacks() { # TEXT, on standard output
	! prints "$1"
}

is_silent() { # on standard output
	[ ! -s "$scratch/out" ]
}

# until TENTHS COMMAND...: true once the command is, within so many tenths of
# a second.
until_true() {
	tenths=$1
	shift
	while ! "$@"; do
		[ "$tenths" -gt 0 ] || return 1
		tenths=$((tenths - 1))
		sleep 0.1
	done
}

plan() {
	echo "1..$count"
}
