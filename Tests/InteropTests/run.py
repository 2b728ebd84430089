"""Runs the interop tests: `run.py BINARY EXAMPLES_FOLDER LOG_FOLDER [WORD ...]`.

With words, only tests whose name holds one.
"""

import importlib
import os
import sys

import harness
import runner

SUITES = (
    "test_curl",
    "test_curl_sessions",
    "test_origins",
    "test_raw_http",
    "test_raw_fields",
    "test_raw_websocket",
    "test_raw_sessions",
    "test_deflate",
    "test_aiocometd",
    "test_aiocometd_extensions",
    "test_ack",
    "test_tls",
    "test_faye",
    "test_faye_server",
    "test_examples",
    "test_commands",
    "test_init",
    "test_demo",
)


def main():
    harness.binary, harness.examples_folder, harness.log_folder = sys.argv[1:4]
    os.makedirs(harness.log_folder, exist_ok=True)
    for suite in SUITES:
        importlib.import_module(suite)
    try:
        return runner.run(sys.argv[4:])
    finally:
        harness.kill_all()


if __name__ == "__main__":
    sys.exit(main())
