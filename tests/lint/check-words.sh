#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Words and constructs that must not stand in the source. Each case is a name,
# where to look and an extended regular expression.
cd "${TOP_SRCDIR:-.}" || exit 99
. tests/lint/tap.sh
everything="core lua policies examples tests autogen.sh configure.ac
	Makefile.am README.md NEWS .ci"
c="core tests examples"

# absent NAME WHERE PATTERN [NOT]: no line under WHERE matches PATTERN, unless
# it matches NOT as well.
absent() {
	# shellcheck disable=SC2086 # a list of folders
	found=$(grep -rnIE --exclude-dir=.deps --exclude-dir=.libs \
		--exclude-dir=corpus --exclude-dir=lint --exclude='*.log' --exclude='*.trs' \
		--exclude='*.mk.in' --exclude='*.l[oa]' \
		-e "$3" $2 2>/dev/null)
	if [ -n "${4-}" ]; then
		found=$(printf '%s' "$found" | grep -vE -e "$4")
	fi
	[ -z "$found" ] ||
		printf '%s\n' "$found" | sed "s/^/$1: /" | head -n 10
}

cases() {
	absent "no path of a workplace" "$everything" \
		'(^|[^a-z./])/wor[k]/|[.][.]/share[d]|/home/|/tmp/b[-]'
	absent "no name of a planning document" "$everything" \
		'house-style|rulings|invariants[.]md|field-notes|design[.]md|policy-language[.]md'
	absent "no number of a rule that no reader has" "$everything" \
		'(^|[^A-Za-z0-9_])I-[0-9]+([^0-9.]|$)|_I[0-9]+_[a-z]'
	absent "no open end without an issue number" "$everything" \
		'(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z #]| [^#]|$)'
	absent "no code switched off" "$c" '^#[[:space:]]*if[[:space:]]+0([^-9x]|$)'
	absent "no vague names" "$c" \
		'[^a-z_](ctx|mgr|cfgs?|utils?|helpers?)[^a-z_(]' \
		'^[^:]*:[0-9]*:[[:space:]]*(\*|//|/\*|#)|util-linux|pk12util|softhsm2-util|haproxy[.]cfg'
	absent "no typedef of a struct or an enum" "$c" \
		'^[[:space:]]*typedef[[:space:]]+(struct|enum|union)[[:space:]]'
	absent "no type that ends in _t" "$c" '^[[:space:]]*typedef .*[a-z]_t;'
	absent "\"request\" is the mode, never \"ask\"" "core lua policies examples tests/scenarios" \
		'certificate *= *"ask"'
	absent "libraries do not end, print or move the process" \
		"core/api.c core/base core/http core/io core/import core/policy core/script core/tls core/upstream core/rollout core/request core/codec core/gateway core/control" \
		'(^|[^a-z_.>"])(exit|abort|printf|puts|setlocale|chdir|signal|sigaction)\(' \
		'^[^:]*:[0-9]*:[[:space:]]*(\*|/\*)'

	# Every source file says its licence in its first two lines.
	find core lua policies examples tests \
		\( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' -o -name '*.mk' \) \
		-not -path 'tests/words/*' -not -path '*/corpus/*' -type f 2>/dev/null |
		while read -r file; do
			head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' ||
				echo "every file says its licence: $file"
		done

	# A file is named by its noun.
	find core lua tests examples -regextype posix-extended \
		-regex '.*/(utils?|common|misc|helpers?|types)\.(c|h|lua)' 2>/dev/null |
		sed 's/^/every file is named by a noun: /'
}

cases | verdict "the source has no word or construct that must not stand in it"
