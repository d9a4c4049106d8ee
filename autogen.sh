#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make ./configure from configure.ac; needs autoconf, automake and libtool.
set -e
cd "$(dirname "$0")"
case $PWD in
*[[:space:]\"\#\$\&\'\`\\]*)
	echo "autogen.sh: make cannot build in '$PWD': move it to a folder" \
		"whose path has no space and no quote, #, $, & or \\" >&2
	exit 1
	;;
esac
mkdir -p m4 build-aux
autoreconf --install --force
