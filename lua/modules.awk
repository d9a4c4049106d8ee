# SPDX-License-Identifier: Apache-2.0
# Write the Lua modules named on the command line as one C file: their text as
# string literals, line by line, and the table that finds them by name.

# lua/yett/lint/scope.lua -> yett.lint.scope
function name_of(file)
{
	sub(/^lua\//, "", file)
	sub(/\.lua$/, "", file)
	gsub(/\//, ".", file)
	return file
}

# yett.lint.scope -> text_yett_lint_scope
function variable_of(name)
{
	gsub(/\./, "_", name)
	return "text_" name
}

BEGIN {
	print "/* Generated from lua/yett by lua/modules.awk. */"
	print "#include \"script/module.h\""
}

FNR == 1 {
	if (count > 0)
		print "\t;"
	name[++count] = name_of(FILENAME)
	print "\nstatic const char " variable_of(name[count]) "[] ="
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
	for (i = 1; i <= count; i++) {
		text = variable_of(name[i])
		printf "\t{ \"%s\", %s, sizeof(%s) - 1 },\n", name[i],
		    text, text
	}
	print "};"
	print "const size_t yett_module_count ="
	print "    sizeof(yett_modules) / sizeof(yett_modules[0]);"
}
