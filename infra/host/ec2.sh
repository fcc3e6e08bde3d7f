#!/usr/bin/env bash
# The part of a host that knows AWS. The service itself knows neither Auto Scaling nor Secrets Manager.
#
#   ec2.sh install PACKAGE   at the first boot, by the user data of infra/hosts.yaml
#   ec2.sh watch             as long as the host runs, by firstword-ec2.service: keeps the tokens current, reports the
#                            host ready, and hands its streams over when it is to stop
#
# /etc/firstword/ec2.env names region, bucket, secret, the namespace of the metrics, and the Connect instance that gets
# prompts.
set -euo pipefail
umask 077

: "${ETC:=/etc/firstword}" "${IMDS:=http://169.254.169.254/latest}" "${EVERY:=3}"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=/dev/null
. "$ETC/ec2.env"

say() { echo "ec2.sh: $*" >&2; }

# One answer of the instance metadata service; fails where there is none.
metadata() {
    local session
    session=$(curl -sf -m 2 -X PUT -H "x-aws-ec2-metadata-token-ttl-seconds: 60" "$IMDS/api/token") || return 1
    curl -sf -m 2 -H "x-aws-ec2-metadata-token: $session" "$IMDS/meta-data/$1"
}

secret() {
    aws secretsmanager get-secret-value --region "$AWS_REGION" --secret-id "$SECRET" --query SecretString --output text
}

# Writes standard input to a file that the service may read, in one step, and only where it differs.
write() {
    local file=$ETC/$1
    cat >"$file.new"
    if cmp -s "$file.new" "$file"; then
        rm "$file.new"
    else
        chgrp firstword "$file.new"
        chmod 640 "$file.new"
        mv "$file.new" "$file"
    fi
}

# The tokens of the secret, one in each line. The service takes a change over within a second. A secret that can't be
# read, or has no token, changes nothing.
tokens() {
    local text
    text=$(secret | python3 -c '
import json, sys
secret = json.load(sys.stdin)
tokens = [secret[name].strip() for name in ("token", "also") if secret.get(name, "").strip()]
print("\n".join(tokens) or sys.exit("the secret has no token"))') || return 1
    write tokens <<<"$text"
}

# The settings of the service: those of the stack, and those in the secret, such as FIRSTWORD_CHAT_KEY.
settings() {
    cat <<END
AWS_REGION=$AWS_REGION
FIRSTWORD_BUCKET=$BUCKET
FIRSTWORD_BIND=0.0.0.0:8443
FIRSTWORD_CLOUDWATCH_NAMESPACE=$NAMESPACE
FIRSTWORD_SERVICE_TOKEN_FILE=$ETC/tokens
FIRSTWORD_TLS_CERTIFICATE=$ETC/certificate.pem
FIRSTWORD_TLS_KEY=$ETC/key.pem
END
    if [ -n "${CONNECT_INSTANCE-}" ]; then echo "FIRSTWORD_CONNECT_INSTANCE=$CONNECT_INSTANCE"; fi
    secret | python3 -c '
import json, sys
for name, value in json.load(sys.stdin).items():
    if name.startswith("FIRSTWORD_"):
        print(f"{name}={value}")'
}

# For the way from the load balancer, which verifies no certificate.
certificate() {
    [ ! -s "$ETC/certificate.pem" ] || return 0
    local key certificate
    key=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256)
    certificate=$(openssl req -new -x509 -key /dev/stdin -subj /CN=firstword -days 3650 <<<"$key")
    write key.pem <<<"$key"
    write certificate.pem <<<"$certificate"
}

install_host() {
    getent group firstword >/dev/null || groupadd --system firstword
    certificate
    tokens
    settings >"$ETC/stack.env"
    bash "$here/install.sh" --package "$1" --env "$ETC/stack.env"
    install -D -m 755 "$here/ec2.sh" /usr/local/lib/firstword-ec2.sh
    install -m 644 "$here/firstword-ec2.service" /etc/systemd/system/firstword-ec2.service
    systemctl daemon-reload
    systemctl enable --quiet --now firstword-ec2.service
}

# Completes a hook of this host's group. Nothing waits for that after a mere reboot.
complete() {
    local instance group
    instance=$(metadata instance-id)
    group=$(metadata tags/instance/aws:autoscaling:groupName) || { say "no Auto Scaling group" && return 0; }
    aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$group" \
        --instance-id "$instance" --lifecycle-hook-name "$1" --lifecycle-action-result CONTINUE ||
        say "the hook $1 was not waiting"
}

is_ready() { curl -skf -m 2 -o /dev/null https://127.0.0.1:8443/readyz; }

# Whether Auto Scaling, or Spot, is about to take this host away.
is_to_stop() {
    case $(metadata autoscaling/target-lifecycle-state || true) in
        Terminated | Warmed:Terminated) return 0 ;;
    esac
    metadata spot/instance-action >/dev/null
}

watch() {
    local ready=no round=0
    while ! is_to_stop; do
        if [ "$ready" = no ] && is_ready; then
            ready=yes
            complete ready
        fi
        if [ $((round % 10)) = 0 ]; then tokens || say "the tokens can't be read; the old ones stay"; fi
        round=$((round + 1))
        sleep "$EVERY"
    done
    say "this host is to stop: its streams finish or are handed over"
    systemctl stop firstword.service
    complete handover
}

case ${1-} in
    install) install_host "${2:?ec2.sh install PACKAGE}" ;;
    watch) watch ;;
    *) say "usage: ec2.sh install PACKAGE | ec2.sh watch" && exit 2 ;;
esac
