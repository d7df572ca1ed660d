#!/bin/bash
# Whether the node on this machine takes traffic: /readyz answers 200. healthy.sh [PORT]
exec 3<>"/dev/tcp/127.0.0.1/${1:-${REALTIME_HTTP_PORT:-8080}}" || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 5 _ status _ <&3 && [ "$status" = 200 ]
