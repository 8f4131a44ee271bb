#!/bin/sh
# The whole command under valgrind's memcheck: two images over one connection,
# a refusal, and a server that is not to be trusted.
set -u
passed=0 failed=0

expect() { # STATUS ARGUMENT...
    wanted=$1
    shift
    echo "case memcheck: $*"
    valgrind -q --error-exitcode=99 --leak-check=full build/feishu-image -s \
        --retry 0 -d "$STANDIN_DIR" "$@" >"$STANDIN_DIR/log" 2>&1
    status=$?
    if [ $status = "$wanted" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAIL $*: exit $status"
        cat "$STANDIN_DIR/log"
    fi
}

if [ -z "${STANDIN_DIR:-}" ]; then
    exec "${PYTHON:-python3}" tests/standin/standin.py run -- sh "$0"
fi
expect 0 img_v3_0010_png-300k img_chunked_png-small
expect 7 img_err_234001
expect 5 --base-url "$STANDIN_URL_BAD_EXPIRED" img_v3_0001_png-tiny
echo "memcheck: $passed passed, $failed failed"
[ $failed = 0 ]
