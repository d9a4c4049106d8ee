#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett export: each policy we have, to JSON and back; the JSON by its schema;
# what editors get, by the tools that read it.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

# A policy of each kind: written by hand, imported, ready-made, and those of
# the manual.
count_policies=0
take() { # FILE NAME
	run export --json "$1"
	[ "$status" -eq 0 ] || return
	cp out "$2.json"
	[ "$1" = "$2.lua" ] || cp "$1" "$2.lua"
	count_policies=$((count_policies + 1))
}
for folder in "$TOP_SRCDIR"/tests/import/*/; do
	take "$folder/expected.policy" "import-$(basename "$folder")"
done
for file in "$TOP_SRCDIR"/examples/*/*.lua "$TOP_SRCDIR"/policies/*.lua \
	"$TOP_SRCDIR"/tests/words/*.lua; do
	case $file in
	*_test.lua | *\*.lua) ;;
	*) take "$file" "$(basename "$(dirname "$file")")-$(basename \
		"$file" .lua)" ;;
	esac
done
awk '/^```lua$/ { n++; on = 1; next } /^```$/ { on = 0 }
	on { print >("manual-" n ".lua") }' "$TOP_SRCDIR/lua/README.md"
status=0
ok "there are policies" test "$count_policies" -ge 15

run export --schema
ok "there is a schema" ends 0
cp out schema

names_function() { # FILE
	grep -q '"function": ' "$1"
}
there_and_back() { # NAME
	run export --lua "$1.json"
	ends 0 || return
	mkdir -p again
	cp out "again/$1.lua"
	run export --json "again/$1.lua"
	ends 0 && cmp -s out "$1.json"
}
for file in manual-*.lua; do
	take "$file" "${file%.lua}"
done
for file in *.json; do
	name=${file%.json}
	if names_function "$name.json"; then
		run export --lua "$name.json"
		ok "$name has functions, which are not made up" complains \
			"function, which is no data"
	else
		ok "$name is the same again" there_and_back "$name"
	fi
done

# What check refuses is never written.
cat >nul.lua <<'END'
listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", late = { body = "a\0" },
}
END
run export --json nul.lua
ok "a NUL is refused" ends 1
ok "where it stands" complains "nul.lua:3:71: error: body has a NUL"
ok "and nothing is written" is_silent

valid() { # FILE...
	python3 "$TOP_SRCDIR/tests/cli/valid.py" schema "$@" >out
}
invalid() { # TEXT
	echo "$1" >wrong.json
	! valid wrong.json
}
if command -v python3 >/dev/null; then
	status=0
	ok "all are valid by the schema" valid ./*.json
	for text in '{ "listen": [ "a:1" ] }' \
		'{ "listen": [], "site": [] }' \
		'{ "listen": [ "a:1" ], "site": [ { "name": "a" } ] }' \
		'{ "listen": [ "a:1" ], "site": [], "sites": [] }' \
		'{ "listen": [ "a:1" ], "site": [],
			"gateway": { "workers": -1 } }' \
		'{ "listen": [ "a:1" ], "site": [],
			"gateway": { "limits": { "head": "16" } } }'; do
		ok "invalid: $(echo "$text" | tr -d '\n\t')" invalid "$text"
	done
else
	echo "# no python3: the schema is not tried"
fi

run export --luals
ok "there is a definition file" ends 0
ok "it has the words" prints "function site(name) end"
ok "it has the fields" prints '---@field certificate? "none"|"request"'
cp out yett-definitions.lua
run export --luacheck
ok "there is a luacheck configuration" ends 0
cp out .luacheckrc

checks() { # FILE...
	luacheck --no-color --no-cache -q "$@" >out 2>err
	status=$?
	ends 0
}
# Many words are wrong on purpose; the others are policies that people write.
if command -v luacheck >/dev/null; then
	ok "luacheck reads the definitions as Lua" checks --globals ask string \
		--ignore 1 2 -- yett-definitions.lua
	for file in examples-*.lua minimal-*.lua policies-*.lua manual-*.lua \
		import-*.lua; do
		[ ! -e "$file" ] || ok "luacheck accepts $file" checks "$file"
	done
	cat manual-1.lua - >unknown.lua <<-'END'
	sight "x.example" { }
	END
	checks unknown.lua
	ok "luacheck tells an unknown word" prints \
		"accessing undefined variable 'sight'"
	echo 'local x = string.gmatch' >library.lua
	checks library.lua
	ok "and an unknown member" prints "'gmatch'"
else
	echo "# no luacheck: its configuration is not tried"
fi

run export --json --lua x.json
ok "one form at a time" ends 2
run export --json
ok "a policy is needed" ends 2
run export --schema manual-1.lua
ok "the language is of no policy" ends 2
run export --json nowhere.lua
ok "no file, no export" ends 3
plan
