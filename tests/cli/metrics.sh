#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page of what the gateway counts: its format, its numbers, who gets it.
. "$TOP_SRCDIR/tests/cli/tap.sh"
. "$TOP_SRCDIR/tests/cli/serve.sh"
if ! command -v curl >/dev/null; then
	echo "1..0 # SKIP curl is not installed"
	exit 0
fi
cd "$scratch" || exit 99
unset http_proxy https_proxy ALL_PROXY
run ca pki
# The ready-made policy, with the certificates of `yett ca` under its names, and
# a site beside it whose requests are counted.
sed -e 's/0.0.0.0:9443/127.0.0.1:0/' -e 's/metrics\.example/portal.example/' \
	-e 's/monitoring-ca/staff-ca/; s,pki/metrics,pki/portal,' \
	"$TOP_SRCDIR/policies/metrics.lua" >metrics.lua
cat >>metrics.lua <<END
gateway { workers = 2 }
site "late.example" {
  key = "pki/late", upstream = "http://127.0.0.1:1", handshake = "never",
  trust = "monitoring",
  path "/late" { certificate = "require" },
}
END

# fetch NAME PATH [OPTION...]: the answer's status.
fetch() {
	site=$1
	path=$2
	shift 2
	curl -s -m 20 -o page -w '%{http_code} %{content_type}' \
		--cacert pki/ca.pem --resolve "$site:$port:127.0.0.1" "$@" \
		"https://$site:$port$path"
}

scrape() {
	[ "$(fetch portal.example /metrics --cert pki/ada.pem \
		--key pki/ada.key "$@")" = \
		"200 text/plain; version=0.0.4; charset=utf-8" ]
}

answers() { # STATUS NAME PATH [OPTION...]
	want=$1
	shift
	case $(fetch "$@") in "$want "*) ;; *) return 1 ;; esac
}

holds() { # SAMPLE-LINE
	grep -qxF -- "$1" page
}

counts() { # the same, in a page that is new
	scrape && holds "$1"
}

start metrics.lua
ok "it starts" says "started workers="
port=$(port_of 1)
ok "without a certificate there is no page" answers 000 \
	portal.example /metrics
ok "a certificate gets it" scrape
cp page out
ok "the format is right" awk -f "$TOP_SRCDIR/tests/cli/exposition.awk" page
ok "its own connection is open" holds "yett_connections_open 1"
ok "and its handshake counted" \
	holds 'yett_certificates_total{outcome="verified"} 1'
ok "so are its group" holds 'yett_handshake_groups_total{group="x25519"} 1'
ok "and its signature" holds \
	'yett_handshake_signatures_total{signature="ecdsa_secp256r1_sha256"} 1'
ok "the refused one, too" \
	holds 'yett_handshake_alerts_total{alert="certificate_required"} 1'
ok "its alert was not the client's" holds \
	'yett_handshake_alerts_received_total{alert="certificate_required"} 0'
answers 000 late.example / --cacert pki/ada.pem --tls-max 1.2
ok "a client's own alert is counted as such" \
	counts 'yett_handshake_alerts_received_total{alert="unknown_ca"} 1'
ok "and not as ours" holds 'yett_handshake_alerts_total{alert="unknown_ca"} 0'
ok "as the log says" says "alert=unknown_ca sender=client"
ok "both workers are" holds "yett_workers 2"
ok "the first policy is in force" holds "yett_generation 1"
ok "HEAD is answered" scrape --head
ok "nothing else is" answers 405 portal.example /metrics --cert pki/ada.pem \
	--key pki/ada.key --data x

answers 500 late.example /late
ok "a late need is counted with its cause" \
	counts 'yett_late_needs_total{cause="policy"} 1'
ok "and as a decision" holds 'yett_decisions_total{reason="late"} 1'
answers 502 late.example /
ok "an upstream that refuses is counted" \
	counts 'yett_upstream_failures_total{kind="connect_refused"} 1'
ok "as the class of its answer is" holds 'yett_requests_total{status="5xx"} 2'
answers 414 late.example "/$(printf '%09000d' 0)"
ok "a limit is counted" counts 'yett_message_errors_total{status="414"} 1'
echo 'nonsense' >>metrics.lua
kill -HUP "$child"
ok "a policy is refused" says "not reloaded"
ok "and counted" counts 'yett_reloads_total{outcome="refused"} 1'
sed -i '$d' metrics.lua
kill -HUP "$child"
ok "another is taken" says "reloaded generation="
ok "and counted" counts 'yett_reloads_total{outcome="ok"} 2'
ok "the counters went on" holds 'yett_late_needs_total{cause="policy"} 1'
stop TERM
ok "SIGTERM ends it well" ends 0
plan
