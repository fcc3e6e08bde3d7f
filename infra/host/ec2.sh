#!/usr/bin/env bash
# The part of a host that knows AWS. The service itself knows neither Auto Scaling nor Secrets Manager.
#
#   ec2.sh install PACKAGE   at the first boot, by the user data of infra/hosts.yaml
#   ec2.sh watch             as long as the host runs, by firstword-ec2.service: keeps the tokens current, reports the
#                            host ready, and hands its streams over when it is to stop
#
# /etc/firstword/ec2.env names region, bucket, secret, the namespace of the metrics, the Connect instance that gets prompts,
# and the stack.
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
    # Where the caller tests the result, bash does not stop at a failure, such as a full disk.
    cat >"$file.new" || return 1
    if cmp -s "$file.new" "$file"; then
        rm "$file.new"
    else
        chgrp firstword "$file.new" || return 1
        chmod 640 "$file.new" || return 1
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
    if name.startswith(("FIRSTWORD_", "OTEL_")):
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

# Completes a hook of this host's group. Fails where that is worth another try: after a mere reboot nothing waits for it.
complete() {
    local instance group answer
    instance=$(metadata instance-id) || return 1
    group=$(metadata tags/instance/aws:autoscaling:groupName) || {
        # curl's 22: there is no such tag.
        [ $? = 22 ] && say "no Auto Scaling group"
        return
    }
    answer=$(aws autoscaling complete-lifecycle-action --region "$AWS_REGION" --auto-scaling-group-name "$group" \
        --instance-id "$instance" --lifecycle-hook-name "$1" --lifecycle-action-result CONTINUE 2>&1) && return 0
    say "the hook $1: $answer"
    [[ $answer = *"No active Lifecycle Action"* ]]
}

# Tells CloudFormation that this host serves: in an upgrade it waits for that before it takes an old host away, and at any
# other time it refuses the signal. A host on its way into the warm pool serves nobody. Fails as `complete` does.
signal() {
    local instance state answer
    [ -n "${STACK-}" ] || return 0
    instance=$(metadata instance-id) || return 1
    state=$(metadata autoscaling/target-lifecycle-state) || return 1
    [ "$state" = InService ] || return 0
    answer=$(aws cloudformation signal-resource --region "$AWS_REGION" --stack-name "$STACK" \
        --logical-resource-id Group --unique-id "$instance" --status SUCCESS 2>&1) && return 0
    say "the signal to CloudFormation: $answer"
    [[ $answer = *ValidationError* ]]
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
        if [ "$ready" = no ] && is_ready && complete ready && signal; then ready=yes; fi
        if [ $((round % 10)) = 0 ]; then tokens || say "the tokens can't be read; the old ones stay"; fi
        round=$((round + 1))
        sleep "$EVERY"
    done
    say "this host is to stop: its streams finish or are handed over"
    systemctl stop firstword.service
    # Until the hook's own timeout, or nearly so.
    for ((round = 0; round < 20; round++)); do
        if complete handover; then break; fi
        sleep "$EVERY"
    done
}

case ${1-} in
    install) install_host "${2:?ec2.sh install PACKAGE}" ;;
    watch) watch ;;
    *) say "usage: ec2.sh install PACKAGE | ec2.sh watch" && exit 2 ;;
esac
