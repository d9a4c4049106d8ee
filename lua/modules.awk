# SPDX-License-Identifier: Apache-2.0
# Write the Lua modules named on the command line as one C file: their text as
# string literals, line by line, and the table that finds them by name.

function name_of(file)
{
	sub(/^.*\//, "", file)
	sub(/\.lua$/, "", file)
	return file
}

BEGIN {
	print "/* Generated from lua/yett by lua/modules.awk. */"
	print "#include \"script/module.h\""
}

FNR == 1 {
	if (count > 0)
		print "\t;"
	name[count++] = name_of(FILENAME)
	print "\nstatic const char text_" name_of(FILENAME) "[] ="
}

{
	# Also question marks: C17 still has trigraphs.
	gsub(/[\\"?]/, "\\\\&")
	print "\t\"" $0 "\\n\""
}

END {
	if (count > 0)
		print "\t;"
	print "\nconst struct yett_module yett_modules[] = {"
	for (i = 0; i < count; i++)
		printf "\t{ \"yett.%s\", text_%s, sizeof(text_%s) - 1 },\n",
		    name[i], name[i], name[i]
	print "};"
	print "const size_t yett_module_count ="
	print "    sizeof(yett_modules) / sizeof(yett_modules[0]);"
}
