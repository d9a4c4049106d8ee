# SPDX-License-Identifier: Apache-2.0
# Every test speaks TAP; tests/run.sh prints the sum.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
LUA_LOG_DRIVER = $(LOG_DRIVER)
LUA_LOG_COMPILER = tests/rig/rig
TEST_EXTENSIONS = .sh .lua
AM_TESTS_ENVIRONMENT = \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C; export LC_ALL;

# Unit tests: tests/unit/test_NOUN.c each, linked with libcore and cmocka.
LDADD = core/libcore.la $(CMOCKA_LIBS)
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
endif

# --- base
unit_tests += tests/unit/test_base tests/unit/test_log
unit_tests += tests/unit/test_standard_error

# --- http
EXTRA_DIST += tests/unit/head_both.h tests/unit/socket_pair.h \
	tests/unit/load_output.h
unit_tests += \
	tests/unit/test_body \
	tests/unit/test_field \
	tests/unit/test_head \
	tests/unit/test_head_response \
	tests/unit/test_head_write \
	tests/unit/test_host \
	tests/unit/test_location \
	tests/unit/test_login \
	tests/unit/test_trailer \
	tests/unit/test_upgrade \
	tests/unit/test_uri

# --- import
unit_tests += \
	tests/unit/test_iis \
	tests/unit/test_xml
dist_check_SCRIPTS += tests/import/run.sh
EXTRA_DIST += $(import_cases)
import_cases = \
	tests/import/binding-negotiates \
	tests/import/central-store \
	tests/import/child-applications \
	tests/import/express-trap \
	tests/import/flags-as-numbers \
	tests/import/inheritance \
	tests/import/locked \
	tests/import/mixed-bindings \
	tests/import/names-that-break-out \
	tests/import/netsh-in-german \
	tests/import/netsh-of-2008 \
	tests/import/not-carried-over \
	tests/import/path-behind-sni \
	tests/import/several-sites \
	tests/import/tls13-off \
	tests/import/web-config-alone \
	tests/import/web-config-and-netsh

# --- io
unit_tests += \
	tests/unit/test_address \
	tests/unit/test_loop \
	tests/unit/test_proxy \
	tests/unit/test_socket

# --- policy
EXTRA_DIST += tests/unit/decide_play.h tests/unit/policy_builder.h \
	tests/unit/random_policy.h
unit_tests += \
	tests/unit/test_decide \
	tests/unit/test_decide_functions \
	tests/unit/test_decide_model \
	tests/unit/test_diff \
	tests/unit/test_draft \
	tests/unit/test_generation \
	tests/unit/test_identity \
	tests/unit/test_matcher \
	tests/unit/test_path_trie \
	tests/unit/test_review \
	tests/unit/test_share \
	tests/unit/test_site_path \
	tests/unit/test_site_table \
	tests/unit/test_decision_trace

# --- script
unit_tests += \
	tests/unit/test_codes \
	tests/unit/test_export \
	tests/unit/test_heap \
	tests/unit/test_instance \
	tests/unit/test_loader \
	tests/unit/test_sandbox \
	tests/unit/test_view \
	tests/unit/test_vm
EXTRA_DIST += tests/unit/instance_play.h

# --- words: wrong policies and the exact text that refuses them
unit_tests += tests/unit/test_words
EXTRA_DIST += tests/words

# --- tls
unit_tests += \
	tests/unit/test_bounds \
	tests/unit/test_ca \
	tests/unit/test_chain_cache \
	tests/unit/test_crl_store \
	tests/unit/test_client_terms \
	tests/unit/test_hello \
	tests/unit/test_paths \
	tests/unit/test_peer \
	tests/unit/test_priority \
	tests/unit/test_records \
	tests/unit/test_second_hello \
	tests/unit/test_session \
	tests/unit/test_session_alerts \
	tests/unit/test_staple \
	tests/unit/test_tickets \
	tests/unit/test_resumption \
	tests/unit/test_trust \
	tests/unit/test_credentials \
	tests/unit/test_credentials_review
tls_group = tests/unit/tls_group.c tests/unit/tls_group.h \
	tests/unit/tls_world.c tests/unit/tls_world.h
odd_certificate = tests/unit/odd_certificate.c tests/unit/odd_certificate.h
tests_unit_test_bounds_SOURCES = tests/unit/test_bounds.c \
	$(odd_certificate) $(tls_group)
tests_unit_test_client_terms_SOURCES = tests/unit/test_client_terms.c \
	$(tls_group)
tests_unit_test_paths_SOURCES = tests/unit/test_paths.c $(odd_certificate) \
	tests/unit/tls_world.c tests/unit/tls_world.h
tests_unit_test_peer_SOURCES = tests/unit/test_peer.c \
	$(tls_group)
tests_unit_test_records_SOURCES = tests/unit/test_records.c \
	$(tls_group)
tests_unit_test_second_hello_SOURCES = tests/unit/test_second_hello.c \
	$(tls_group)
tests_unit_test_session_SOURCES = tests/unit/test_session.c \
	$(tls_group)
tests_unit_test_session_alerts_SOURCES = tests/unit/test_session_alerts.c \
	$(tls_group)
tests_unit_test_resumption_SOURCES = tests/unit/test_resumption.c \
	$(tls_group)
tests_unit_test_trust_SOURCES = tests/unit/test_trust.c \
	tests/unit/tls_world.c tests/unit/tls_world.h
tests_unit_test_credentials_review_SOURCES = \
	tests/unit/test_credentials_review.c \
	tests/unit/tls_world.c tests/unit/tls_world.h
tests_unit_test_credentials_SOURCES = tests/unit/test_credentials.c \
	tests/unit/tls_world.c tests/unit/tls_world.h
tests_unit_test_crl_store_SOURCES = tests/unit/test_crl_store.c \
	tests/unit/tls_world.c tests/unit/tls_world.h

# --- upstream
unit_tests += \
	tests/unit/test_exchange \
	tests/unit/test_exchange_flow \
	tests/unit/test_exchange_links \
	tests/unit/test_exchange_login \
	tests/unit/test_exchange_repeat \
	tests/unit/test_pool \
	tests/unit/test_pool_limits \
	tests/unit/test_route \
	tests/unit/test_slots \
	tests/unit/test_target
stub_origin = tests/unit/stub_origin.c tests/unit/stub_origin.h
exchange_play = tests/unit/exchange_play.c tests/unit/exchange_play.h \
	$(stub_origin)
tests_unit_test_exchange_SOURCES = tests/unit/test_exchange.c $(exchange_play)
tests_unit_test_exchange_flow_SOURCES = tests/unit/test_exchange_flow.c \
	$(exchange_play)
tests_unit_test_exchange_links_SOURCES = tests/unit/test_exchange_links.c \
	$(exchange_play)
tests_unit_test_exchange_login_SOURCES = tests/unit/test_exchange_login.c \
	$(exchange_play)
tests_unit_test_exchange_repeat_SOURCES = tests/unit/test_exchange_repeat.c \
	$(exchange_play)
pool_play = tests/unit/pool_play.c tests/unit/pool_play.h $(stub_origin)
tests_unit_test_pool_SOURCES = tests/unit/test_pool.c $(pool_play)
tests_unit_test_pool_limits_SOURCES = tests/unit/test_pool_limits.c \
	$(pool_play)

# --- gateway
unit_tests += tests/unit/test_access_log
unit_tests += tests/unit/test_answer
unit_tests += tests/unit/test_ask
unit_tests += tests/unit/test_explain
unit_tests += tests/unit/test_learned
unit_tests += tests/unit/test_pace
unit_tests += tests/unit/test_record
unit_tests += tests/unit/test_connection_limit

# --- tools
unit_tests += tests/unit/test_one_decision
tests_unit_test_one_decision_SOURCES = tests/unit/test_one_decision.c \
	tests/unit/decision_world.c tests/unit/decision_world.h

# --- out of memory: what our objects allocate can be made to fail
unit_tests += tests/unit/test_nomem
tests_unit_test_nomem_SOURCES = tests/unit/test_nomem.c tests/unit/nomem.c \
	tests/unit/nomem.h $(stub_origin)
tests_unit_test_nomem_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=malloc \
	-Wl,--wrap=calloc -Wl,--wrap=realloc -Wl,--wrap=reallocarray

# --- control
unit_tests += tests/unit/test_app
unit_tests += tests/unit/test_metrics

# --- fuzz: tests that replay a corpus; with --enable-fuzzers libFuzzer programs
fuzz_programs = \
	tests/fuzz/fuzz_body \
	tests/fuzz/fuzz_connection \
	tests/fuzz/fuzz_head \
	tests/fuzz/fuzz_hello \
	tests/fuzz/fuzz_host \
	tests/fuzz/fuzz_proxy \
	tests/fuzz/fuzz_policy \
	tests/fuzz/fuzz_uri \
	tests/fuzz/fuzz_xml
if FUZZERS
AM_CFLAGS += -fsanitize=fuzzer-no-link
fuzz_main =
fuzz_ldflags = -fsanitize=fuzzer
noinst_PROGRAMS += $(fuzz_programs)
else
fuzz_main = tests/fuzz/replay.c
fuzz_ldflags =
check_PROGRAMS += $(fuzz_programs)
TESTS += $(fuzz_programs)
endif
tests_fuzz_fuzz_body_SOURCES = tests/fuzz/fuzz_body.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_body_LDADD = core/libcore.la
tests_fuzz_fuzz_body_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_connection_SOURCES = tests/fuzz/fuzz_connection.c \
	tests/fuzz/fuzz.h tests/fuzz/site_files.c tests/fuzz/site_files.h \
	tests/fuzz/strict_origin.c \
	tests/fuzz/strict_origin.h $(fuzz_main)
tests_fuzz_fuzz_connection_LDADD = core/libcore.la
tests_fuzz_fuzz_connection_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags) \
	-Wl,--wrap=yett_decide_request \
	-Wl,--wrap=yett_session_asked -Wl,--wrap=yett_session_hello \
	-Wl,--wrap=yett_session_close_notify \
	-Wl,--wrap=yett_session_is_clear -Wl,--wrap=yett_session_is_stuck \
	-Wl,--wrap=yett_session_peer -Wl,--wrap=yett_session_pending \
	-Wl,--wrap=yett_session_read -Wl,--wrap=yett_session_resumed \
	-Wl,--wrap=yett_session_version -Wl,--wrap=yett_session_wants_write \
	-Wl,--wrap=yett_session_group -Wl,--wrap=yett_session_write
tests_fuzz_fuzz_head_SOURCES = tests/fuzz/fuzz_head.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_head_LDADD = core/libcore.la
tests_fuzz_fuzz_head_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_hello_SOURCES = tests/fuzz/fuzz_hello.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_hello_LDADD = core/libcore.la $(GNUTLS_LIBS)
tests_fuzz_fuzz_hello_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_host_SOURCES = tests/fuzz/fuzz_host.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_host_LDADD = core/libcore.la
tests_fuzz_fuzz_host_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_proxy_SOURCES = tests/fuzz/fuzz_proxy.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_proxy_LDADD = core/libcore.la
tests_fuzz_fuzz_proxy_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_policy_SOURCES = tests/fuzz/fuzz_policy.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_policy_LDADD = core/libcore.la
tests_fuzz_fuzz_policy_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_uri_SOURCES = tests/fuzz/fuzz_uri.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_uri_LDADD = core/libcore.la
tests_fuzz_fuzz_uri_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
tests_fuzz_fuzz_xml_SOURCES = tests/fuzz/fuzz_xml.c tests/fuzz/fuzz.h $(fuzz_main)
tests_fuzz_fuzz_xml_LDADD = core/libcore.la
tests_fuzz_fuzz_xml_LDFLAGS = $(AM_LDFLAGS) $(fuzz_ldflags)
EXTRA_DIST += tests/fuzz/README.md tests/fuzz/connection.dict \
	tests/fuzz/corpus tests/fuzz/replay.c
.PHONY: fuzzers
fuzzers: $(fuzz_programs) tests/fuzz/policy.dict
# The words of the policy language, for libFuzzer (-dict=) and AFL++ (-x).
tests/fuzz/policy.dict: lua/yett/language/schema.lua
	$(AM_V_GEN)$(MKDIR_P) $(@D) && \
	sed -n 's/^[[:space:]{]*\([a-z_]\{2,\}\) = .*/"\1"/p' $< | sort -u >$@
CLEANFILES += tests/fuzz/policy.dict

# --- plays: the rig runs the real gateway, an origin and TLS clients
check_PROGRAMS += tests/rig/rig
tests_rig_rig_SOURCES = \
	tests/rig/certificate.c \
	tests/rig/client.c tests/rig/client.h \
	tests/rig/client_setup.c \
	tests/rig/hpack.c \
	tests/rig/load.c \
	tests/rig/main.c \
	tests/rig/origin.c tests/rig/origin.h \
	tests/rig/process.c \
	tests/rig/records.c tests/rig/records.h \
	tests/rig/relay.c \
	tests/rig/rig.h \
	tests/rig/origin_login.c \
	tests/rig/origin_tls.c \
	tests/rig/served.c \
	tests/rig/wire.c
tests_rig_rig_LDADD = core/libcore.la $(NGHTTP2_LIBS)
check_PROGRAMS += tests/rig/activate
tests_rig_activate_SOURCES = tests/rig/activate.c
tests_rig_activate_LDADD =
check_PROGRAMS += tests/rig/embedder
tests_rig_embedder_SOURCES = tests/rig/embedder.c
tests_rig_embedder_LDADD = core/libyett.la $(MHD_LIBS)
# yett where the files of a folder say what names resolve to, and how fast.
check_PROGRAMS += tests/rig/named
tests_rig_named_SOURCES = $(yett_SOURCES) tests/rig/named.c
tests_rig_named_LDADD = $(yett_LDADD)
EXTRA_DIST += tests/rig/http.lua tests/rig/http2.lua tests/rig/play.lua tests/rig/strict.lua
EXTRA_DIST += tests/smuggling/corpus

plays = \
	tests/faults/clients-die-at-every-stage.lua \
	tests/faults/descriptors-run-out.lua \
	tests/faults/disk-is-full.lua \
	tests/faults/functions-that-fail.lua \
	tests/faults/memory-runs-out.lua \
	tests/faults/nobody-reads-what-is-written.lua \
	tests/faults/origin-dies-at-every-stage.lua \
	tests/interop/curl.lua \
	tests/interop/git.lua \
	tests/interop/gnutls-cli.lua \
	tests/interop/haproxy.lua \
	tests/interop/name-constraints.lua \
	tests/interop/npm.lua \
	tests/interop/openssl.lua \
	tests/interop/slowhttptest.lua \
	tests/interop/websocket.lua \
	tests/races/killed-in-the-middle-of-a-reload.lua \
	tests/races/reloads-and-drain-under-load.lua \
	tests/scenarios/access-log-tells-each-answer.lua \
	tests/scenarios/access-log-tells-what-was-cut.lua \
	tests/scenarios/answers-as-origins-write-them.lua \
	tests/scenarios/answers-suit-the-reader.lua \
	tests/scenarios/answers-without-a-body.lua \
	tests/scenarios/authorities-without-number.lua \
	tests/scenarios/bodies-both-ways.lua \
	tests/scenarios/bodies-that-lie-close-the-link.lua \
	tests/scenarios/certificate-expires-on-a-connection.lua \
	tests/scenarios/certificate-is-not-trusted.lua \
	tests/scenarios/certificate-is-outside-its-dates.lua \
	tests/scenarios/certificate-is-revoked.lua \
	tests/scenarios/certificate-not-sent.lua \
	tests/scenarios/certificate-takes-its-time.lua \
	tests/scenarios/certificate-of-the-wrong-person.lua \
	tests/scenarios/chains-that-are-too-long.lua \
	tests/scenarios/clear-text-leads-to-https.lua \
	tests/scenarios/cut-answers-do-not-look-whole.lua \
	tests/scenarios/drain-answers-who-is-in.lua \
	tests/scenarios/drain-ends-what-is-under-way.lua \
	tests/scenarios/drain-has-an-end.lua \
	tests/scenarios/each-limit-has-its-answer.lua \
	tests/scenarios/early-answers-arrive.lua \
	tests/scenarios/expectations-are-passed-on.lua \
	tests/scenarios/fields-name-no-other-path.lua \
	tests/scenarios/fields-of-one-hop-stay.lua \
	tests/scenarios/fields-of-the-gateway-are-its-own.lua \
	tests/scenarios/forwarded-fields-are-ours.lua \
	tests/scenarios/functions-of-a-module.lua \
	tests/scenarios/function-of-a-site-that-requires-has-a-certificate.lua \
	tests/scenarios/half-closed-sides.lua \
	tests/scenarios/health-check-is-no-failed-handshake.lua \
	tests/scenarios/head-that-fills-the-queue.lua \
	tests/scenarios/hello-in-single-bytes.lua \
	tests/scenarios/hello-of-a-hybrid-client.lua \
	tests/scenarios/hello-of-an-old-client.lua \
	tests/scenarios/hello-that-finds-no-site.lua \
	tests/scenarios/host-is-not-the-server-name.lua \
	tests/scenarios/http2-connection-ends-gently.lua \
	tests/scenarios/http2-floods-are-cut-off.lua \
	tests/scenarios/http2-heads-that-are-malformed.lua \
	tests/scenarios/http2-logins-need-http1.lua \
	tests/scenarios/http2-streams-are-decided-one-by-one.lua \
	tests/scenarios/http2-windows-hold-both-ways.lua \
	tests/scenarios/identity-in-the-form-of-others.lua \
	tests/scenarios/identity-is-told-and-not-forged.lua \
	tests/scenarios/identity-only-of-the-verified.lua \
	tests/scenarios/idle-links-keep-nobody-out.lua \
	tests/scenarios/interim-answers-pass.lua \
	tests/scenarios/interim-answers-wait-for-a-slow-client.lua \
	tests/scenarios/keep-alive-and-pipelining.lua \
	tests/scenarios/key-on-a-token.lua \
	tests/scenarios/key-that-the-client-can-check.lua \
	tests/scenarios/last-answer-to-a-slow-reader.lua \
	tests/scenarios/late-need-after-a-reload.lua \
	tests/scenarios/late-need-as-the-author-likes.lua \
	tests/scenarios/late-need-is-cut-off.lua \
	tests/scenarios/late-need-is-learned.lua \
	tests/scenarios/late-need-is-sent-elsewhere.lua \
	tests/scenarios/late-need-does-not-wait-for-the-body.lua \
	tests/scenarios/late-need-is-refused.lua \
	tests/scenarios/late-need-of-a-function.lua \
	tests/scenarios/late-need-of-another-trust.lua \
	tests/scenarios/limit-of-links-comes-with-a-reload.lua \
	tests/scenarios/limits-hold-over-all-workers.lua \
	tests/scenarios/limits-of-a-connection.lua \
	tests/scenarios/load-balancer-tells-the-client.lua \
	tests/scenarios/login-belongs-to-the-connection.lua \
	tests/scenarios/moved-access-log-is-let-go.lua \
	tests/scenarios/path-has-one-form.lua \
	tests/scenarios/path-of-several-readings.lua \
	tests/scenarios/policy-denies.lua \
	tests/scenarios/functions-see-no-forged-fields.lua \
	tests/scenarios/handshake-tells-group-and-signature.lua \
	tests/scenarios/policy-function-that-fails.lua \
	tests/scenarios/post-handshake-authentication-is-never-used.lua \
	tests/scenarios/protocols-that-are-not-spoken.lua \
	tests/scenarios/preflights-may-pass.lua \
	tests/scenarios/public-path-is-forwarded.lua \
	tests/scenarios/recorded-traffic-replays-unchanged.lua \
	tests/scenarios/records-that-carry-nothing.lua \
	tests/scenarios/refused-clients-have-a-name.lua \
	tests/scenarios/refusals-can-be-found-by-their-id.lua \
	tests/scenarios/names-are-slow-or-late.lua \
	tests/scenarios/renewal-needs-nobody.lua \
	tests/scenarios/reload-drops-nothing.lua \
	tests/scenarios/reload-moves-a-site-away.lua \
	tests/scenarios/reload-of-nonsense-keeps-the-old.lua \
	tests/scenarios/reload-takes-a-listener-away.lua \
	tests/scenarios/reload-tells-long-mistakes.lua \
	tests/scenarios/reload-tells-what-takes-a-restart.lua \
	tests/scenarios/renegotiation-is-refused.lua \
	tests/scenarios/requests-that-are-not-http.lua \
	tests/scenarios/response-of-ocsp-is-stapled.lua \
	tests/scenarios/file-of-a-trust-that-is-missing.lua \
	tests/scenarios/rules-in-shadow-refuse-nobody.lua \
	tests/scenarios/rules-that-are-tried-replay-unchanged.lua \
	tests/scenarios/server-name-has-one-form.lua \
	tests/scenarios/site-for-any-name.lua \
	tests/scenarios/site-that-requires-refuses-in-the-handshake.lua \
	tests/scenarios/site-speaks-what-its-priority-says.lua \
	tests/scenarios/slow-clients-are-let-go.lua \
	tests/scenarios/slow-clients-cost-at-most-64-kib.lua \
	tests/scenarios/slow-readers-cost-little.lua \
	tests/scenarios/socket-is-handed-over.lua \
	tests/scenarios/stalled-clients-cost-no-time.lua \
	tests/scenarios/streams-at-their-own-pace.lua \
	tests/scenarios/targets-of-every-form.lua \
	tests/scenarios/ticket-carries-the-identity.lua \
	tests/scenarios/ticket-does-not-cross-sites.lua \
	tests/scenarios/ticket-ends-with-its-rule.lua \
	tests/scenarios/ticket-is-not-for-the-refused.lua \
	tests/scenarios/trailers-both-ways.lua \
	tests/scenarios/ticket-keys-are-shared-and-rotated.lua \
	tests/scenarios/stopped-process-blames-nobody.lua \
	tests/scenarios/tunnel-keeps-no-generation.lua \
	tests/scenarios/tunnel-outlives-a-reload.lua \
	tests/scenarios/upgrade-only-as-the-policy-says.lua \
	tests/scenarios/upgrade-required-says-to-what.lua \
	tests/scenarios/upstream-closes-an-idle-link.lua \
	tests/scenarios/upstream-in-the-process.lua \
	tests/scenarios/upstream-is-told-of-the-connection.lua \
	tests/scenarios/upstream-on-a-unix-socket.lua \
	tests/scenarios/upstream-over-tls.lua \
	tests/scenarios/upstream-over-tls-that-fails.lua \
	tests/scenarios/upstream-that-comes-and-goes.lua \
	tests/scenarios/upstream-that-fails.lua \
	tests/scenarios/w3c-log-tells-its-columns-at-each-opening.lua \
	tests/scenarios/websocket-has-a-tunnel.lua \
	tests/scenarios/websocket-over-tls-both-ways.lua \
	tests/scenarios/workers-share-tickets-and-port.lua \
	tests/smuggling/nothing-is-smuggled.lua \
	tests/smuggling/tunnels-smuggle-nothing.lua
TESTS += $(plays)
EXTRA_DIST += $(plays)

# --- browser, soak: slow, so run by .ci/run only
EXTRA_DIST += tests/browser/chromium.lua tests/soak/memory-stays-flat.lua

# --- bench: not a part of make check
EXTRA_PROGRAMS = tests/bench/load tests/bench/certificate_cost
CLEANFILES += tests/bench/load tests/bench/certificate_cost
tests_bench_certificate_cost_SOURCES = tests/bench/certificate_cost.c \
	$(odd_certificate) $(tls_group)
tests_bench_load_SOURCES = tests/bench/load.c
tests_bench_load_LDADD = $(GNUTLS_LIBS)
EXTRA_DIST += tests/bench/check.sh tests/bench/decide.sh tests/bench/bench.lua \
	tests/bench/impact.sh tests/bench/run.sh tests/bench/servers.lua

# --- cli
dist_check_SCRIPTS += \
	tests/cli/check.sh \
	tests/cli/codes.sh \
	tests/cli/demo.sh \
	tests/cli/diff.sh \
	tests/cli/explain-onward.sh \
	tests/cli/explain.sh \
	tests/cli/impact.sh \
	tests/cli/lists.sh \
	tests/cli/metrics.sh \
	tests/cli/one-decision.sh \
	tests/cli/policies.sh \
	tests/cli/run.sh \
	tests/cli/service.sh \
	tests/cli/units.sh \
	tests/cli/test.sh \
	tests/cli/words.sh
EXTRA_DIST += tests/cli/exposition.awk tests/cli/serve.sh tests/cli/tap.sh

# --- editors and other programs
dist_check_SCRIPTS += \
	tests/cli/completion.sh \
	tests/cli/export.sh \
	tests/cli/init.sh \
	tests/cli/repl.sh
EXTRA_DIST += tests/cli/valid.py

# --- lint
dist_check_SCRIPTS += \
	tests/lint/check-circles.sh \
	tests/lint/check-exports.sh \
	tests/lint/check-format.sh \
	tests/lint/check-layers.sh \
	tests/lint/check-words.sh
EXTRA_DIST += .clang-format .ci/other-release .ci/run tests/lint/layers.txt \
	tests/lint/report-size.sh tests/lint/tap.sh tests/packages.txt \
	tests/run.sh tests/summary.sh
