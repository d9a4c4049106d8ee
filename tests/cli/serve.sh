# SPDX-License-Identifier: Apache-2.0
# Sourced after tap.sh by tests that run a gateway.

# start POLICY: in the background; its standard error is read through fd 3.
start() {
	mkfifo said
	"$yett" run "$1" 2>said &
	child=$!
	exec 3<said
	rm said
}

# says WORDS: waits until standard error says so; keeps the lines in err. The
# shell's read takes no byte too many, so that the next call goes on there.
says() {
	# shellcheck disable=SC2016 # expanded by that shell
	timeout 30 sh -c 'while read -r line; do
		printf "%s\n" "$line" >>err
		case $line in *"$1"*) exit 0 ;; esac
	done; exit 1' sh "$1" <&3
}

# port_of N: of the N-th `listening` line that was read.
port_of() {
	sed -n 's/.* listening .*port=\([0-9]*\).*/\1/p' err | sed -n "$1p"
}

stop() { # SIGNAL
	kill "-$1" "$child"
	wait "$child"
	status=$?
	child=
	cat <&3 >>err
	exec 3<&-
}
