#!/bin/sh
# Test the host tool make-anchors; see test_make_anchors.py.
exec python3 "$(dirname "$0")/test_make_anchors.py" "$@"
