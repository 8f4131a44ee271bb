"""Words to run a command with so that one of its system calls fails, or brings
a signal; and what strace then has to say.

strace counts the calls of each name for each thread. What comes before the
command's own first call is the dynamic loader's and is left alone.
"""
import collections
import re

OWN_BEGIN = "fcntl(0, F_GETFD"
CALL = re.compile(r"\d+ +(\w+)\(")
ENDS = {"execve", "exit", "exit_group"}  # cannot fail, or not be survived


def tracing(log):
    """Words that note all calls in a file."""
    return ["strace", "-f", "-o", log]


def injecting(log, name, what, number):
    """Words that do `what` to call number `number` of this name."""
    return [*tracing(log), "-e", f"trace={name}", "-e",
            f"inject={name}:{what}:when={number}"]


def first_own(text):
    """{name: number of the first call that is not the loader's} of a trace."""
    loader, own = collections.Counter(), set()
    begun = False
    for line in text.splitlines():
        match = CALL.match(line)
        begun = begun or OWN_BEGIN in line
        if match and begun:
            own.add(match[1])
        elif match:
            loader[match[1]] += 1
    return {name: loader[name] + 1 for name in sorted(own - ENDS)}


def was_hit(text):
    """Was there a call with that number?"""
    return "(INJECTED)" in text or "--- SIG" in text
