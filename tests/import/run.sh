#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett import iis: each folder beside this file is a configuration, `arguments`
# how it is imported, expected.policy and expected.report what must come out.
# Every policy is then checked by the program, with throw-away keys in place of
# the ones it names. At the end, what is refused.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cases=$TOP_SRCDIR/tests/import
cd "$scratch" || exit 99

same() { # FILE EXPECTED
	cmp -s "$1" "$2" && return
	diff -u "$2" "$1" | sed 's/^/# /'
	return 1
}

# Put a key where the policy in $1 names one, and an authority.
fill_in() {
	mkdir -p pki
	cp keys/staff-ca.pem pki/clients-ca.pem
	sed -n 's/^  key  *= "\([^"]*\)".*/\1/p' "$1" | while read -r key; do
		cp keys/portal.pem "$key.pem"
		cp keys/portal.key "$key.key"
	done
}

run ca keys
ok "there are keys" ends 0
for folder in "$cases"/*/; do
	case=$(basename "$folder")
	mkdir "$case"
	# In the folder, so that messages name the files alone.
	cd "$folder" || exit 99
	eval "run import iis $(cat arguments) -o '$scratch/$case.lua'"
	cd "$scratch" || exit 99
	ok "$case is imported" ends 0
	ok "$case gives its policy" same "$case.lua" "$folder/expected.policy"
	ok "$case gives its report" same out "$folder/expected.report"
	fill_in "$case.lua"
	run check "$case.lua"
	ok "$case gives a policy that loads" ends 0
done

# --- where it goes

server=$cases/path-behind-sni/applicationHost.config
run import iis "$server"
ok "without -o the policy is the output" prints 'site "www.contoso.example" {'
ok "and the report is told beside it" complains "IIS before 24H2"
run check path-behind-sni.lua
cp path-behind-sni.lua before.lua
run import iis "$server" --output path-behind-sni.lua
ok "a file that is there is not replaced" ends 3
ok "and this is told" complains "is there already; --force replaces it"
ok "and it is as it was" cmp -s path-behind-sni.lua before.lua
run import iis "$server" -o path-behind-sni.lua --force
ok "--force replaces it" ends 0
run import iis "$server" -o no/such/folder.lua
ok "a folder that is not there is an error of the system" ends 3
if [ -c /dev/full ]; then
	status=0
	"$yett" import iis "$server" >/dev/full 2>err || status=$?
	ok "a full disk is no success" ends 3
fi

# --- usage

usage() { # NAME WORDS ARGUMENT...
	case=$1
	words=$2
	shift 2
	run import "$@"
	ok "$case is wrong usage" ends 2
	ok "$case is told" complains "$words"
}

two=$cases/several-sites/applicationHost.config
web=$cases/web-config-alone/web.config
usage "nothing" "iis FILE... is missing"
usage "no file" "yett import iis FILE..." iis
usage "another server" 'nothing is known of "nginx"' nginx nginx.conf
usage "a place at the end" "--at stands before what it is for" iis "$web" \
	--at Site
usage "a form nobody knows" 'not "xml"' iis "$web" --format xml
usage "a letter nobody knows" 'two dashes, not "-x"' iis -x "$web"
usage "a web.config of one of many sites" "say which this web.config" \
	iis "$two" "$web"
usage "a place that is no site" 'there is no site "Nobody"' \
	iis "$two" --at Nobody/app "$web"
usage "an empty place" '--at "/" is no SITE/PATH' iis --at / "$web"
usage "a place for the server's file" "--at is for a web.config" \
	iis --at Contoso "$server"

# --- what is refused

# refuse NAME WORDS FILE...: exit 1, the words, and nothing left behind.
refuse() {
	case=$1
	words=$2
	shift 2
	run import iis "$@" -o refused.lua
	ok "$case is refused" ends 1
	ok "$case is told" complains "$words"
	ok "$case prints nothing" is_silent
	ok "$case leaves nothing behind" test -z "$(ls | grep refused)"
}

refuse_text() { # NAME WORDS TEXT
	printf "$3" >bad.config
	refuse "$1" "$2" bad.config
}

laughs='<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'
refuse_text "an entity that grows" "bad.config:1:13: a document type is refused" \
	"$laughs<configuration>&c;</configuration>"
refuse_text "an entity of another file" "a document type is refused" \
	'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><configuration>&x;</configuration>'
refuse_text "broken UTF-8" "bad.config:1:19: this is no sound XML" \
	'<configuration a="\303("/>'
refuse_text "a tag that is not closed" "bad.config:2:1: this is no sound XML" \
	'<configuration>\n'
refuse_text "XML of something else" "<html> is no configuration of IIS" '<html/>'
refuse_text "a text of something else" "this is neither XML nor the output" \
	'Hello: world\n'
refuse_text "an empty file" "this is neither XML nor the output" ''
refuse_text "a site without https" "no site with an https binding" \
	'<configuration><system.applicationHost><sites><site name="a"/></sites></system.applicationHost></configuration>'
refuse_text "a flag nobody knows" \
	'bad.config:2:1: sslFlags has no flag "SslNegotiate"' \
	'<configuration><system.webServer><security>\n<access sslFlags="Ssl, SslNegotiate"/></security></system.webServer></configuration>'
refuse_text "a number that is none" "sslFlags 33 has bits that mean nothing" \
	'<configuration><system.webServer><security><access sslFlags="33"/></security></system.webServer></configuration>'
tag='<location path="a"><system.webServer><security><access sslFlags="Ssl"/></security></system.webServer></location>\n'
refuse_text "a location that is there twice" \
	"section access is set twice for this level (bad.config:1:63)" \
	"<configuration>$tag$tag</configuration>"
refuse_text "a binding that is none" 'bindingInformation="443" is not' \
	'<configuration><system.applicationHost><sites><site name="a"><bindings><binding protocol="https" bindingInformation="443"/></bindings></site></sites></system.applicationHost></configuration>'
refuse_text "a port that is none" 'bindingInformation="*:65536:" is not' \
	'<configuration><system.applicationHost><sites><site name="a"><bindings><binding protocol="https" bindingInformation="*:65536:"/></bindings></site></sites></system.applicationHost></configuration>'
refuse "two servers" "there is another applicationHost.config" "$server" "$two"
refuse "bindings without a site" "no site with an https binding" \
	"$cases/path-behind-sni/sslcert.txt"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "<a>" }' >bad.config
refuse "a deep file" "elements are nested too deeply" bad.config
head -c 20000000 /dev/zero | tr '\0' ' ' >bad.config
refuse "a file of 20 MB" "is longer than 16777216 bytes" bad.config
run import iis missing.config
ok "a missing file is an error of the system" ends 3
ok "a missing file is told by name" complains "missing.config"
plan
