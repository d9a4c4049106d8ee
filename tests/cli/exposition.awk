# SPDX-License-Identifier: Apache-2.0
# Judges a page in Prometheus' text format, version 0.0.4, more strictly than
# its readers do: each family is told once, in a row, HELP before TYPE before
# its samples; no sample comes twice; counters, and they alone, end in _total.
# Prints what is wrong and exits 1.
function wrong(what) {
	printf "line %d: %s: %s\n", NR, what, $0
	bad = 1
}

/^# HELP [a-zA-Z_:][a-zA-Z0-9_:]* [^ ]/ {
	if ($3 in helped)
		wrong("the family was told before")
	helped[$3] = 1
	family = $3
	typed = 0
	if (match($0, /\\[^\\n]/))
		wrong("an escape that a help does not have")
	next
}

/^# TYPE / {
	if (NF != 4 || $3 != family || typed)
		wrong("not the type of the family at hand")
	if ($4 != "counter" && $4 != "gauge")
		wrong("neither counter nor gauge")
	if (($3 ~ /_total$/) != ($4 == "counter"))
		wrong("a counter ends in _total, a gauge does not")
	typed = 1
	next
}

/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"\})? [0-9]+$/ {
	name = $1
	sub(/\{.*/, "", name)
	if (name != family || !typed)
		wrong("a sample outside its family")
	if ($1 in seen)
		wrong("the sample was there before")
	seen[$1] = 1
	samples++
	next
}

{ wrong("not a line of this format") }

END {
	for (name in helped) {
		found = 0
		for (sample in seen)
			if (sample == name || index(sample, name "{") == 1)
				found = 1
		if (!found) {
			print "no sample of " name
			bad = 1
		}
	}
	if (samples < 50) {
		print "only " samples + 0 " samples"
		bad = 1
	}
	exit bad
}
