# SPDX-License-Identifier: Apache-2.0
# The Lua modules are compiled into the library as text, so that an appliance
# needs no files.
