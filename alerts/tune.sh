#!/bin/sh
# Writes the rules: a template beside this script with the values of tuning.conf (or of the file given) filled in.
#
#   alerts/tune.sh [FILE] > passthru.rules.yml                        the alerts
#   alerts/tune.sh --capacity [FILE] > passthru-capacity.rules.yml    the recording rules for dashboards
#   alerts/tune.sh --rows [FILE]       the alerts, each named as its row in the table: PassthruDmaFaults/other
#   alerts/tune.sh --grafana [FILE]    the alerts without ALERTS and without lookups, which Grafana's own rules do not have
#   alerts/tune.sh --json [--capacity] [FILE]      the same as JSON, for what is made of them: mixin.libsonnet, Grafana
#   alerts/tune.sh --check             are the rules beside this script what comes out?
#
# Needs a POSIX shell and awk. In the template a block "- alert: NAME" ends where the next begins; NAME is a row of the table, cut
# at a "/" in the output; @word@ is a setting, a column or a threshold of that row, or a "#define @word@ text" of the template, of which
# a "#grafana @word@ text" takes the place. Out of host_labels are made @host@, @fleet@ (without instance, with job), and for templates
# of texts @is_host@, @host_args@ and @vars@.
# A line with nothing but a key and a "-" is left out, and so is the block of a rule that is off.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
by_row=
grafana=

# fill TEMPLATE CONF
fill() {
    awk -v conf="$2" -v by_row="$by_row" -v grafana="$grafana" -v alerts="$(case $1 in *capacity*) ;; *) echo 1 ;; esac)" '
    function fail(what) { print "tune.sh: " what > "/dev/stderr"; failed = 1; exit 1 }

    # Literally: sub() would read & and \ in a value.
    function replace(text, word, value,    at, done) {
        while (at = index(text, word)) {
            done = done substr(text, 1, at - 1) value
            text = substr(text, at + length(word))
        }
        return done text
    }

    function expand(text,    depth, word, before) {
        for (depth = 0; depth < 50 && match(text, /@[a-z_]+@/); depth++) {
            word = substr(text, RSTART + 1, RLENGTH - 2)
            if (word == "alert") text = replace(text, "@alert@", alert)
            else if ((rule, word) in value) text = replace(text, "@" word "@", value[rule, word])
            else if (word in setting) text = replace(text, "@" word "@", setting[word])
            else fail("@" word "@ has no value" (rule == "" ? "" : " for " rule))
        }
        return text
    }

    function is_duration(text) { return text == "-" || text ~ /^([0-9]+(ms|[smhdwy]))+$/ }

    function read_conf(    line, field, n, i, eq) {
        while ((getline line < conf) > 0) {
            sub(/^[ \t]*#.*/, "", line)
            n = split(line, field)
            if (n == 0) continue
            if (n == 2) { setting[field[1]] = field[2]; continue }
            if (n < 5) fail(field[1] ": a setting has a value, a rule has state, severity, for and keep")
            if (field[2] != "on" && field[2] != "off") fail(field[1] ": neither on nor off: " field[2])
            if (field[3] !~ /^(critical|warning|info)$/) fail(field[1] ": no severity: " field[3])
            if (!is_duration(field[4]) || !is_duration(field[5])) fail(field[1] ": no duration: " field[4] " " field[5])
            state[field[1]] = field[2]
            value[field[1], "severity"] = field[3]
            value[field[1], "for"] = field[4]
            value[field[1], "keep"] = field[5]
            for (i = 6; i <= n; i++) {
                eq = index(field[i], "=")
                if (!eq) fail(field[1] ": no name=value: " field[i])
                value[field[1], substr(field[i], 1, eq - 1)] = substr(field[i], eq + 1)
            }
            rows++
        }
        close(conf)
        if (!rows) fail("no rules in " conf)
    }

    function name_hosts(    label, n, i) {
        n = split(setting["host_labels"], label, ",")
        for (i = 1; i <= n; i++) {
            if (label[i] !~ /^[a-zA-Z_][a-zA-Z0-9_]*$/) fail("host_labels: no label: " label[i])
            setting["host"] = setting["host"] (i > 1 ? ", " : "") label[i]
            setting["is_host"] = setting["is_host"] (i > 1 ? "," : "") label[i] "=%q"
            setting["host_args"] = setting["host_args"] (i > 1 ? " " : "") "(or $labels." label[i] " \"\")"
            setting["vars"] = setting["vars"] "{{ with $labels." label[i] " }}&var-" label[i] "={{ . | urlquery }}{{ end }}"
            if (label[i] == "instance") found = 1
            else setting["fleet"] = setting["fleet"] label[i] ", "
        }
        if (!found) fail("host_labels: instance is not among them")
        setting["fleet"] = setting["fleet"] "job"
    }

    BEGIN { read_conf(); name_hosts() }

    /^#(define|grafana) @[a-z_]+@/ {
        word = substr($2, 2, length($2) - 2)
        if ($1 == "#grafana" ? grafana : !(word in overridden)) setting[word] = substr($0, length($1 " " $2 " ") + 1)
        if ($1 == "#grafana" && grafana) overridden[word] = 1
        next
    }

    /^ *- (alert|record): / || /^  - name: / { rule = alert = ""; off = 0 }

    /^ *- alert: / {
        rule = $3
        if (!(rule in state)) fail(rule " is not in " conf)
        used[rule] = 1
        off = state[rule] == "off"
        alert = rule
        sub("/.*", "", alert)
        if (!by_row) $0 = substr($0, 1, index($0, "- ") - 1) "- alert: " alert
    }

    off { next }

    {
        line = expand($0)
        if (line !~ /^ *[a-z_]+: -$/ && !(line ~ /^ *$/ && $0 !~ /^ *$/)) print line
    }

    END {
        if (failed) exit 1
        for (rule in state) if (alerts && !(rule in used)) fail(rule " is no rule of the template")
    }' "$here/$1"
}

# The rules as JSON. Reads only what the templates are: two spaces a level, blocks of | and >-, values on one line.
to_json() {
    awk '
    # Not by gsub(): awks do not agree on backslashes in what it puts in.
    function doubled(text,    n, i, part, done) {
        n = split(text, part, "\\")
        done = part[1]
        for (i = 2; i <= n; i++) done = done "\\\\" part[i]
        return done
    }
    function quoted(text) {
        text = doubled(text)
        gsub(/"/, "\\\"", text); gsub(/\t/, "\\t", text); gsub(/\n/, "\\n", text)
        return "\"" text "\""
    }
    function put(key, text) { printf "%s%s: %s", comma, quoted(key), quoted(text); comma = ", " }
    function end_block() { if (block == "") return; put(block, folded ? body : body "\n"); block = "" }
    function end_section() { end_block(); if (section) { printf "}"; section = 0; comma = ", " } }
    function end_rule() { end_section(); if (rule) printf "}"; rule = 0 }
    { indent = match($0, /[^ ]/) - 1 }
    block != "" && indent >= depth { body = body (body == "" ? "" : folded ? " " : "\n") substr($0, depth + 1); next }
    /^ *#/ || /^ *$/ { end_block(); next }
    /^  - name: / { end_rule(); printf "%s{\"name\": %s", groups++ ? "]},\n " : "{\"groups\": [", quoted($3); rules = 0; next }
    /^    interval: / { printf ", \"interval\": %s, \"rules\": [", quoted($2); next }
    /^    rules:/ || /^groups:/ { next }
    {
        line = $0
        if (line ~ /^      - /) { end_rule(); printf "%s\n  {", rules++ ? "," : ""; rule = 1; comma = ""; sub(/- /, "  ", line); indent = 8 }
        if (indent == 8) end_section()
        else end_block()
        sub(/^ */, "", line)
        key = line; sub(/:.*/, "", key)
        text = substr(line, length(key) + 3)
        if (text == "") { printf "%s%s: {", comma, quoted(key); section = 1; comma = "" }
        else if (text == "|" || text == ">-") { block = key; folded = text == ">-"; body = ""; depth = indent + 2 }
        else { if (text ~ /^".*"$/) text = substr(text, 2, length(text) - 2); put(key, text) }
    }
    END { end_rule(); print "]}]}" }'
}

alerts=passthru.rules.template.yml
capacity=passthru-capacity.rules.template.yml
template=$alerts

if [ "${1:-}" = --check ]; then
    for made in "$alerts" "$capacity"; do
        file=$(echo "$made" | sed 's/\.template//')
        fill "$made" "$here/tuning.conf" | cmp -s - "$here/$file" && continue
        echo "alerts/$file is not what tuning.conf and the template make: run alerts/tune.sh" >&2
        exit 1
    done
    exit 0
fi
if [ "${1:-}" = --json ]; then
    shift
    "$here/tune.sh" "$@" | to_json
    exit
fi
case ${1:-} in
    --rows) by_row=1; shift ;;
    --grafana) grafana=1; shift ;;
    --capacity) template=$capacity; shift ;;
esac
fill "$template" "${1:-$here/tuning.conf}"
