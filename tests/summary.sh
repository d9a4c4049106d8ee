#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The last line of a test run, "N passed, N failed, N skipped", summed over the
# build folders given. Fails when a test failed or none passed.
find "${@:-.}" -name '*.trs' -exec cat {} + | awk '
	/^:test-result: (PASS|XFAIL)/       { passed++ }
	/^:test-result: (FAIL|XPASS|ERROR)/ { failed++ }
	/^:test-result: SKIP/               { skipped++ }
	END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	      exit failed > 0 || passed == 0 }'
