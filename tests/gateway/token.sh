#!/bin/sh
# /etc/nginx/feishu/token.sh: give nginx the app's tenant_access_token. For
# root: once by hand before nginx starts with feishu.conf, and then every ten
# minutes, by this line in /etc/cron.d/feishu:
#
#     */10 * * * * root /etc/nginx/feishu/token.sh
#
# Beside it lies app.json, mode 0600: {"app_id":"cli_...","app_secret":"..."}.
#
# Feishu gives the same token until it has less than half an hour to live, then
# a new one; both are good to their end. Whoever asks every ten minutes holds
# one that lives for twenty more, and needs no clock. nginx is told each time:
# it then looks up Feishu's addresses again, too.
set -eu
umask 077
cd "$(dirname "$0")"
url=${FEISHU_BASE_URL:-https://open.feishu.cn}
reload=${RELOAD:-systemctl try-reload-or-restart nginx}

# The secret goes by file: arguments can be seen by every user.
answer=$(curl -q -sS --proto =https --max-time 30 \
    -H 'Content-Type: application/json; charset=utf-8' \
    --data-binary @app.json \
    "$url/open-apis/auth/v3/tenant_access_token/internal")
token=$(printf '%s' "$answer" | sed -n \
    's/.*"tenant_access_token" *: *"\([A-Za-z0-9._-]*\)".*/\1/p')
if [ -z "$token" ]; then
    echo "token.sh: no token; Feishu says" \
        "$(printf '%s' "$answer" | sed -n \
        's/.*"code" *: *\([0-9]*\).*"msg" *: *"\([^"]*\)".*/\1: \2/p')" >&2
    exit 1
fi
trap 'rm -f "token.$$"' EXIT
printf "map '' \$feishu_token { default '%s'; }\n" "$token" >"token.$$"
mv "token.$$" token.conf
$reload
