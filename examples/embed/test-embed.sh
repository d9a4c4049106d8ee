#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the library into a scratch directory, builds the example against it
# the way a stranger would, and runs it.
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
policy=$TOP_SRCDIR/examples/minimal/first.lua
count=0

# ok NAME COMMAND...
ok() {
	name=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$scratch/log" 2>/dev/null
	fi
}

install_library() {
	make -C "$TOP_BUILDDIR" install DESTDIR="$scratch/root" \
		>"$scratch/log" 2>&1
}

build() {
	pc=$(find "$scratch/root" -name yett.pc)
	PKG_CONFIG_PATH=${pc%/*}
	PKG_CONFIG_SYSROOT_DIR=$scratch/root
	export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
	# Word splitting is wanted: CC and the flags are lists.
	# shellcheck disable=SC2046,SC2086
	${CC:-cc} $SAN_FLAGS -Wall -Wextra -Werror \
		"$TOP_SRCDIR/examples/embed/embed.c" \
		$(pkg-config --cflags --libs yett) -o "$scratch/embed" \
		>"$scratch/log" 2>&1
}

# says STATUS LINE... : asks for the path $path.
says() {
	want=$1
	shift
	lib=$(find "$scratch/root" -name libyett.so)
	LD_LIBRARY_PATH=${lib%/*} "$scratch/embed" "$policy" portal.example \
		"$path" >"$scratch/log" 2>&1
	[ $? -eq "$want" ] || return 1
	for line; do
		grep -qF "$line" "$scratch/log" || return 1
	done
}

ok "the library installs" install_library
ok "the example builds by pkg-config" build
path=/
ok "a public path is allowed" says 0 "portal.example asks" "GET / is allowed"
path=/admin/users
ok "a guarded one is refused" says 1 "is answered 403 not_sent" \
	'path "/admin"'
policy=$scratch/missing.lua
ok "a missing policy cannot be asked" says 2 "missing.lua"
echo "1..$count"
