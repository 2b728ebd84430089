"""A tiny test runner: tests are functions, each with a time limit of its own, run one after the other.

A suite is a module that decorates its tests with `@test`. Its tests run in the order in which they were written.
"""

import asyncio
import inspect
import os
import signal
import sys
import time
import traceback

import harness

_tests = []


class TimeLimit(BaseException):
    """A test took too long. Not an `Exception`, so that no test swallows it."""


class Test:
    def __init__(self, function, timeout):
        self.function = function
        self.timeout = timeout
        self.suite = function.__module__.removeprefix("test_")
        self.name = f"{self.suite}: {function.__name__.replace('_', ' ')}"


def test(timeout=15):
    """Marks a function (or coroutine function) without parameters as a test that must end within `timeout` seconds."""

    def mark(function):
        _tests.append(Test(function, timeout))
        return function

    return mark


def _alarm(signum, frame):
    raise TimeLimit()


def _call(function, timeout):
    """Runs `function` and returns None, or the text of what went wrong."""
    # The alarm is the last resort for coroutines: they are cancelled first, which closes their clients.
    started = time.monotonic()
    is_coroutine = inspect.iscoroutinefunction(function)
    signal.setitimer(signal.ITIMER_REAL, timeout + 5 if is_coroutine else timeout)
    try:
        if is_coroutine:
            asyncio.run(asyncio.wait_for(function(), timeout))
        else:
            function()
    except (TimeLimit, asyncio.TimeoutError) as error:
        return f"not done after {time.monotonic() - started:.1f} s\n{_stack(error)}"
    except AssertionError as error:
        return f"{error or 'assertion failed'}\n{_stack(error)}"
    except Exception as error:  # noqa: BLE001 - whatever a test throws is a failure of that test
        return f"{type(error).__name__}: {error}\n{_stack(error)}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def _stack(error):
    here = os.path.dirname(os.path.abspath(__file__))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if os.path.dirname(f.filename) == here]
    return "\n".join(f"    {os.path.basename(f.filename)}:{f.lineno} {f.line}" for f in frames[1:])


def _report(name, problem, seconds):
    print(f"{'FAIL' if problem else 'pass'}  {name} ({seconds:.2f} s)", flush=True)
    if problem:
        print("      " + problem.replace("\n", "\n      "), flush=True)


def run(words):
    """Runs all tests whose name holds one of `words` (all, if there are none); returns the process's exit status."""
    signal.signal(signal.SIGALRM, _alarm)
    passed = failed = 0

    def count(name, problem, started):
        nonlocal passed, failed
        _report(name, problem, time.monotonic() - started)
        passed += not problem
        failed += bool(problem)

    wanted = [t for t in _tests if not words or any(word in t.name for word in words)]
    for suite in dict.fromkeys(t.suite for t in wanted):
        for one in (t for t in wanted if t.suite == suite):
            started = time.monotonic()
            harness.begin(one.name)
            problem = _call(one.function, one.timeout)
            death = harness.end(failed=problem is not None)
            count(one.name, "\n".join(text for text in (problem, death) if text), started)
        started = time.monotonic()
        problem = _call(harness.stop_shared, 30)
        harness.kill_all()
        count(f"{suite}: its servers end with status 0 when told to", problem, started)

    print(f"{passed} passed, {failed} failed")
    sys.stdout.flush()
    return 1 if failed or not passed else 0
