#!/usr/bin/env bash
# Where the project lives and who answers for it, wherever a file that ships repeats it:
#
#   deploy/addresses.sh                                          print both
#   deploy/addresses.sh https://HOST/OWNER/NAME 'WHO <MAIL>'     set both, in every file of the checkout
#
# The setting is in Directory.Build.props. Packages take it from there when they are made; alerts, dashboards and charts have to bear it
# in their text, because people load them as they are. For runbooks of your own alone: runbook_url in alerts/tuning.conf.
set -euo pipefail
cd "$(dirname "$0")/.."
homepage=$(deploy/version.sh --homepage)
maintainer=$(deploy/version.sh --maintainer)

case $# in
    0) printf '%s\n' "$homepage" "$maintainer"; exit ;;
    2) ;;
    *) sed -n 's/^#   //p' "$0" >&2; exit 2 ;;
esac
[[ $1 =~ ^https://[A-Za-z0-9./_-]+[A-Za-z0-9]$ ]] || { echo "$0: no address of a project: $1" >&2; exit 2; }
[[ $2 =~ ^([^\<\>\&|]+)\ \<([^\<\>\&|\ ]+@[^\<\>\&|\ ]+)\>$ ]] || { echo "$0: not 'WHO <MAIL>': $2" >&2; exit 2; }
who=${BASH_REMATCH[1]} mail=${BASH_REMATCH[2]}
old_who=${maintainer% <*} old_mail=${maintainer#*<} old_mail=${old_mail%>}

# Dots of the old ones stand for themselves.
literal() { printf '%s' "$1" | sed 's/[.[\*^$|]/\\&/g'; }
grep -rlIF --exclude-dir={.git,artifacts,node_modules,bin,obj} -e "$homepage" -e "$old_mail" -e "$old_who" . |
    xargs sed -i -e "s|$(literal "$homepage")|$1|g" -e "s|$(literal "$old_who")|$who|g" -e "s|$(literal "$old_mail")|$mail|g"
