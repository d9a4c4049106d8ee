# SPDX-License-Identifier: Apache-2.0
# libcore has every object; libyett is api.c and libcore and shows the functions
# of the installed headers only. Tests link libcore and reach private functions.
noinst_LTLIBRARIES += core/libcore.la
core_libcore_la_SOURCES =
core_libcore_la_LIBADD = $(GNUTLS_LIBS) $(LUA_LIBS) $(MHD_LIBS) \
	$(JANSSON_LIBS) $(IDN2_LIBS) $(EXPAT_LIBS) $(NGHTTP2_LIBS) \
	$(EV_LIBS) -lm

# --- base
core_libcore_la_SOURCES += \
	core/base/arena.c core/base/arena.h \
	core/base/buf.c core/base/buf.h \
	core/base/clock.c core/base/clock.h \
	core/base/file.c core/base/file.h \
	core/base/folder.c core/base/folder.h \
	core/base/json.c core/base/json.h \
	core/base/list.h \
	core/base/log.c core/base/log.h \
	core/base/pages.c core/base/pages.h \
	core/base/plural.h \
	core/base/siphash.c core/base/siphash.h \
	core/base/slice.h \
	core/base/standard_error.c core/base/standard_error.h \
	core/base/status.c core/base/status.h \
	core/base/thread.c core/base/thread.h

# --- http
core_libcore_la_SOURCES += \
	core/http/body.c core/http/body.h \
	core/http/date.c core/http/date.h \
	core/http/field.c core/http/field.h \
	core/http/head.h core/http/head_parse.c core/http/head_fields.c \
	core/http/head_fields.h core/http/head_write.c \
	core/http/host.c core/http/host.h \
	core/http/location.c core/http/location.h \
	core/http/login.c core/http/login.h \
	core/http/method.c core/http/method.h \
	core/http/octet.c core/http/octet.h \
	core/http/refusal.h \
	core/http/trailer.c core/http/trailer.h \
	core/http/upgrade.c core/http/upgrade.h \
	core/http/path.c core/http/path.h \
	core/http/uri.c core/http/uri.h

# --- import
core_libcore_la_SOURCES += \
	core/import/xml.c core/import/xml.h

# --- io
core_libcore_la_SOURCES += \
	core/io/address.c core/io/address.h \
	core/io/socket_activation.c core/io/socket_activation.h \
	core/io/loop.c core/io/loop.h \
	core/io/proxy_protocol.c core/io/proxy_protocol.h \
	core/io/proxy_write.c \
	core/io/socket.c core/io/socket.h

# --- policy
core_libcore_la_SOURCES += \
	core/policy/compiled.h \
	core/policy/decide.h \
	core/policy/decide_hello.c \
	core/policy/decide_path.c core/policy/decide_path.h \
	core/policy/decide_request.c \
	core/policy/derive.c core/policy/derive.h \
	core/policy/diff_settings.c core/policy/diff_settings.h \
	core/policy/diff.c core/policy/diff.h core/policy/diff_names.c \
	core/policy/draft.c core/policy/draft.h \
	core/policy/facts.c core/policy/facts.h \
	core/policy/finding.c core/policy/finding.h \
	core/policy/generation.c core/policy/generation.h \
	core/policy/hash.h \
	core/policy/identity.c core/policy/identity.h \
	core/policy/judge.c core/policy/judge.h \
	core/policy/matcher.c core/policy/matcher.h \
	core/policy/name.c core/policy/name.h \
	core/policy/name_table.c core/policy/name_table.h \
	core/policy/path_segments.c core/policy/path_segments.h \
	core/policy/path_trie.c core/policy/path_trie.h \
	core/policy/path_walk.c core/policy/path_walk.h \
	core/policy/place.c core/policy/place.h \
	core/policy/reason.c core/policy/reason.h \
	core/policy/redirect_check.c core/policy/redirect_check.h \
	core/policy/review.c core/policy/review.h \
	core/policy/review_functions.c core/policy/review_functions.h \
	core/policy/review_paths.c core/policy/review_paths.h \
	core/policy/review_preflights.c core/policy/review_preflights.h \
	core/policy/rules.c core/policy/rules.h \
	core/policy/sample.c core/policy/sample.h \
	core/policy/share.c core/policy/share.h \
	core/policy/site_path.c core/policy/site_path.h \
	core/policy/site_check.c core/policy/site_check.h \
	core/policy/site_table.c core/policy/site_table.h \
	core/policy/decision_trace.c core/policy/decision_trace.h \
	core/policy/trace.c core/policy/trace.h \
	core/policy/trust_set.c core/policy/trust_set.h \
	core/policy/verification.c core/policy/verification.h

# --- script
core_libcore_la_SOURCES += \
	core/script/code_page.c \
	core/script/code_page.h \
	core/script/compile.c \
	core/script/compile.h \
	core/script/compile_rule.c \
	core/script/compile_rule.h \
	core/script/compile_state.c \
	core/script/compile_state.h \
	core/script/data.c \
	core/script/data.h \
	core/script/export.c \
	core/script/fields.c \
	core/script/fields.h \
	core/script/finding_text.c \
	core/script/finding_text.h \
	core/script/heap.c \
	core/script/heap.h \
	core/script/hello_view.c \
	core/script/hello_view.h \
	core/script/host.c \
	core/script/host.h \
	core/script/host_state.h \
	core/script/iis.c \
	core/script/iis.h \
	core/script/instance.c \
	core/script/instance.h \
	core/script/loader.c \
	core/script/loader.h \
	core/script/matcher_object.c \
	core/script/matcher_object.h \
	core/script/message.c \
	core/script/message.h \
	core/script/module.h \
	core/script/rendering.c core/script/rendering.h \
	core/script/request_view.c \
	core/script/request_view.h \
	core/script/sandbox.c \
	core/script/sandbox.h \
	core/script/source.c \
	core/script/source.h \
	core/script/source_again.c core/script/source_read.c \
	core/script/text.c \
	core/script/text.h \
	core/script/verdict.c \
	core/script/verdict.h \
	core/script/vm.c \
	core/script/vm.h \
	core/script/workbench.c \
	core/script/workbench.h

# --- tls
core_libcore_la_SOURCES += \
	core/tls/agreed.c core/tls/agreed.h \
	core/tls/alert.c core/tls/alert.h \
	core/tls/certificate_requests.c core/tls/certificate_requests.h \
	core/tls/bounds.c core/tls/bounds.h \
	core/tls/ca.c core/tls/ca.h \
	core/tls/ca_names.c core/tls/ca_names.h \
	core/tls/cas.c core/tls/cas.h \
	core/tls/certificate_text.c core/tls/certificate_text.h \
	core/tls/chain_cache.c core/tls/chain_cache.h \
	core/tls/chain_review.c core/tls/chain_review.h \
	core/tls/certificate_message.c core/tls/certificate_message.h \
	core/tls/client.c core/tls/client.h \
	core/tls/client_judge.h \
	core/tls/client_sessions.c core/tls/client_sessions.h \
	core/tls/client_terms.c core/tls/client_terms.h \
	core/tls/credentials.c core/tls/credentials.h \
	core/tls/credentials_errors.c core/tls/credentials_errors.h \
	core/tls/credentials_choice.h \
	core/tls/credentials_review.c core/tls/credentials_review.h \
	core/tls/crl.c core/tls/crl.h \
	core/tls/crl_file.c core/tls/crl_file.h \
	core/tls/crl_form.h core/tls/crl_read.c \
	core/tls/crl_set.c core/tls/crl_set.h \
	core/tls/crl_store.c core/tls/crl_store.h \
	core/tls/datum.h \
	core/tls/der.c core/tls/der.h \
	core/tls/directory_name.c core/tls/directory_name.h \
	core/tls/gate.c core/tls/gate.h \
	core/tls/general_name.c core/tls/general_name.h \
	core/tls/handshake.c core/tls/handshake.h \
	core/tls/handshake_state.c core/tls/handshake_state.h \
	core/tls/hello.c core/tls/hello.h \
	core/tls/leaf.c core/tls/leaf.h \
	core/tls/library.c core/tls/library.h \
	core/tls/name_constraints.c core/tls/name_constraints.h \
	core/tls/parsed_chain.c core/tls/parsed_chain.h \
	core/tls/peer.c core/tls/peer.h \
	core/tls/priorities.c core/tls/priorities.h \
	core/tls/priority.c core/tls/priority.h \
	core/tls/proof.c core/tls/proof.h \
	core/tls/serial.c core/tls/serial.h \
	core/tls/server_key.c core/tls/server_key.h \
	core/tls/server_name.c core/tls/server_name.h \
	core/tls/session.c core/tls/session.h \
	core/tls/session_facts.h \
	core/tls/session_state.c core/tls/session_state.h \
	core/tls/signature.c core/tls/signature.h \
	core/tls/staple.c core/tls/staple.h \
	core/tls/terms.c core/tls/terms.h \
	core/tls/ticket_keeper.c core/tls/ticket_keeper.h \
	core/tls/ticket_ring.c core/tls/ticket_ring.h \
	core/tls/tickets.c core/tls/tickets.h \
	core/tls/token.c core/tls/token.h \
	core/tls/transport.c core/tls/transport.h \
	core/tls/trust.c core/tls/trust.h \
	core/tls/trust_judge.c core/tls/trust_store.h

# --- upstream
core_libcore_la_SOURCES += \
	core/upstream/app.c core/upstream/app.h \
	core/upstream/candidates.c core/upstream/candidates.h \
	core/upstream/endpoint.c core/upstream/endpoint.h \
	core/upstream/exchange.c core/upstream/exchange.h \
	core/upstream/exchange_answer.c core/upstream/exchange_request.c \
	core/upstream/exchange_state.h \
	core/upstream/failure.c core/upstream/failure.h \
	core/upstream/health.c core/upstream/health.h \
	core/upstream/link.c core/upstream/link.h \
	core/upstream/login_links.c core/upstream/login_links.h \
	core/upstream/lookup.c core/upstream/lookup.h \
	core/upstream/outbox.c core/upstream/outbox.h \
	core/upstream/pool.c core/upstream/pool.h \
	core/upstream/pool_shelf.c core/upstream/pool_slots.c \
	core/upstream/pool_state.h \
	core/upstream/route.c core/upstream/route.h \
	core/upstream/addresses.c core/upstream/addresses.h \
	core/upstream/shelf.h \
	core/upstream/slots.c core/upstream/slots.h \
	core/upstream/spare_bufs.c core/upstream/spare_bufs.h \
	core/upstream/target.c core/upstream/target.h \
	core/upstream/target_text.c core/upstream/target_text.h \
	core/upstream/targets.c core/upstream/targets.h

# --- rollout
core_libcore_la_SOURCES += \
	core/rollout/access_log.c core/rollout/access_log.h \
	core/rollout/load_errors.c core/rollout/load_errors.h \
	core/rollout/current.c core/rollout/current.h \
	core/rollout/listener.c core/rollout/listener.h \
	core/rollout/load.c core/rollout/load.h \
	core/rollout/named_files.c core/rollout/named_files.h \
	core/rollout/terms.c core/rollout/terms.h \
	core/rollout/json_writer.c core/rollout/json_writer.h \
	core/rollout/record.c core/rollout/record.h \
	core/rollout/record_line.c core/rollout/record_line.h \
	core/rollout/rollout.c core/rollout/rollout.h

# --- request
core_libcore_la_SOURCES += \
	core/request/answer.c core/request/answer_write.c core/request/answer.h \
	core/request/certificate_note.c core/request/certificate_note.h \
	core/request/context.c core/request/context.h \
	core/request/counters.c core/request/counters.h \
	core/request/downstream.h \
	core/request/ending.c core/request/ending.h \
	core/request/forward.c core/request/forward.h \
	core/request/forward_proxy.c core/request/forward_proxy.h \
	core/request/identity_fields.c core/request/identity_fields.h \
	core/request/learned.c core/request/learned.h \
	core/request/pace.c core/request/pace.h \
	core/request/plan.c core/request/plan.h \
	core/request/recorder.c core/request/recorder.h \
	core/request/request.c core/request/request.h \
	core/request/responder.h \
	core/request/transaction.c core/request/transaction.h \
	core/request/transaction_answer.c core/request/transaction_answer.h \
	core/request/transaction_forward.c core/request/transaction_forward.h \
	core/request/transaction_log.c core/request/transaction_log.h \
	core/request/transaction_state.h

# --- codec
core_libcore_la_SOURCES += \
	core/codec/codec.c core/codec/codec.h \
	core/codec/http1.c core/codec/http1.h core/codec/http1_state.h \
	core/codec/http1_bytes.c core/codec/http1_bytes.h \
	core/codec/http1_response.c core/codec/http1_response.h \
	core/codec/http1_tunnel.c core/codec/http1_tunnel.h \
	core/codec/http2.c core/codec/http2.h core/codec/http2_state.h \
	core/codec/http2_bytes.c core/codec/http2_bytes.h \
	core/codec/http2_control.c core/codec/http2_control.h \
	core/codec/http2_guard.c core/codec/http2_guard.h \
	core/codec/http2_head.c core/codec/http2_head.h \
	core/codec/http2_response.c core/codec/http2_response.h \
	core/codec/http2_session.c core/codec/http2_session.h \
	core/codec/http2_stream.c core/codec/http2_stream.h

# --- gateway
core_libcore_la_SOURCES += \
	core/gateway/acceptors.c core/gateway/acceptors.h \
	core/gateway/caretaker.c core/gateway/caretaker.h \
	core/gateway/connection.c core/gateway/connection.h \
	core/gateway/descriptors.c core/gateway/descriptors.h \
	core/gateway/gateway.c core/gateway/gateway.h \
	core/gateway/follower.c core/gateway/follower.h \
	core/gateway/handshake_log.c core/gateway/handshake_log.h \
	core/gateway/renewal.c core/gateway/renewal.h \
	core/gateway/metrics.c \
	core/gateway/proxy_head.c core/gateway/proxy_head.h \
	core/gateway/resolver.c core/gateway/resolver.h \
	core/gateway/connection_limit.c core/gateway/connection_limit.h \
	core/gateway/worker.c core/gateway/worker.h

# --- tools
core_libcore_la_SOURCES += \
	core/tools/bench.c \
	core/tools/bench_report.c core/tools/bench_report.h \
	core/tools/check.c core/tools/check.h \
	core/tools/decide.c \
	core/tools/diff.c \
	core/tools/evaluate.c core/tools/evaluate.h \
	core/tools/explain.c \
	core/tools/explain_recorded.c \
	core/tools/explain_url.c core/tools/explain_url.h \
	core/tools/explanation.c core/tools/explanation.h \
	core/tools/function_trace.c core/tools/function_trace.h \
	core/tools/hello_facts.c core/tools/hello_facts.h \
	core/tools/impact.c \
	core/tools/impact_report.c core/tools/impact_report.h \
	core/tools/loaded_policy.c core/tools/loaded_policy.h \
	core/tools/raw_request.c core/tools/raw_request.h \
	core/tools/record_entry.c core/tools/record_entry.h \
	core/tools/record_entry_trusts.c \
	core/tools/record_entry_trusts.h \
	core/tools/record_read.c core/tools/record_read.h \
	core/tools/replay.c core/tools/replay.h \
	core/tools/synthetic_request.c core/tools/synthetic_request.h \
	core/tools/test.c \
	core/tools/test_describe.c core/tools/test_describe.h \
	core/tools/test_from_log.c

# --- control
core_libcore_la_SOURCES += \
	core/control/app.c core/control/app.h \
	core/control/metrics.c

EXTRA_DIST += core/README.md

# --- the public library
lib_LTLIBRARIES += core/libyett.la
include_HEADERS += core/yett.h core/yett_mhd.h core/yett_tools.h
pkgconfig_DATA += core/yett.pc
core_libyett_la_SOURCES = core/api.c
core_libyett_la_LIBADD = core/libcore.la
core_libyett_la_LDFLAGS = $(AM_LDFLAGS) -no-undefined \
	-version-info $(YETT_LIBTOOL_VERSION)

# --- the program: the first embedder
bin_PROGRAMS += yett
yett_SOURCES = \
	core/cli/arguments.c core/cli/arguments.h \
	core/cli/bench.c \
	core/cli/ca.c \
	core/cli/check.c \
	core/cli/complaint.c core/cli/complaint.h \
	core/cli/completion.c \
	core/cli/demo.c \
	core/cli/diff.c \
	core/cli/explain.c \
	core/cli/explain_url.c core/cli/explain_url.h \
	core/cli/export.c \
	core/cli/foreground.c core/cli/foreground.h \
	core/cli/notify.c core/cli/notify.h \
	core/cli/privileges.c core/cli/privileges.h \
	core/cli/help.c \
	core/cli/impact.c \
	core/cli/import.c \
	core/cli/init.c \
	core/cli/main.c \
	core/cli/manual.c core/cli/manual.h \
	core/cli/origin.c core/cli/origin.h \
	core/cli/repl.c \
	core/cli/run.c \
	core/cli/sample.c core/cli/sample.h \
	core/cli/test.c \
	core/cli/tour.c core/cli/tour.h \
	core/cli/verb.c core/cli/verb.h \
	core/cli/verbs.c core/cli/verbs.h \
	core/cli/version.c
yett_LDADD = core/libyett.la $(MHD_LIBS)

# What the program says of itself, for shells and readers.
nodist_man_MANS = yett.1
bash_completiondir = $(datadir)/bash-completion/completions
nodist_bash_completion_DATA = core/cli/yett
zsh_completiondir = $(datadir)/zsh/site-functions
nodist_zsh_completion_DATA = core/cli/_yett
fish_completiondir = $(datadir)/fish/vendor_completions.d
nodist_fish_completion_DATA = core/cli/yett.fish
CLEANFILES += yett.1 core/cli/yett core/cli/_yett core/cli/yett.fish
yett.1: yett$(EXEEXT)
	$(AM_V_GEN)./yett$(EXEEXT) help --man >$@.tmp && mv $@.tmp $@
core/cli/yett: yett$(EXEEXT)
	$(AM_V_GEN)./yett$(EXEEXT) completion bash >$@.tmp && mv $@.tmp $@
core/cli/_yett: yett$(EXEEXT)
	$(AM_V_GEN)./yett$(EXEEXT) completion zsh >$@.tmp && mv $@.tmp $@
core/cli/yett.fish: yett$(EXEEXT)
	$(AM_V_GEN)./yett$(EXEEXT) completion fish >$@.tmp && mv $@.tmp $@
