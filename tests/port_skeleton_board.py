"""Somebody who follows port/skeleton/README.md: its commands, run in order in
a copy of the tree."""

import contextlib
import io
import pathlib
import re
import select
import shlex
import shutil
import subprocess
import sys
import textwrap
import unittest.mock

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "lib"), str(HERE / "standin")]

import bearssl_source
import processes

ROOT = HERE.parent
OUT = ROOT / "build" / "skeleton"
SKELETON = ROOT / "port" / "skeleton"
README = (SKELETON / "README.md").read_text()
TEXT = dict(zip("0123456", re.split(r"^\d\. ", README, flags=re.M)))
SETTING = re.compile(r'([A-Z]+)=("[^"]*"|\S*)')
LIMIT_S = 200  # of one command


class Failure(Exception):
    """Something is not as the README says."""


def start(*command, cwd=ROOT):
    """A child process whose output is kept."""
    return processes.start(command, cwd=cwd, text=True,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT)


def output(child, status=0):
    """What a child prints that must end so."""
    try:
        text, _ = child.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired as late:
        text = f"(too slow) {late.stdout!r}"
    finally:
        processes.stop(child)
    if child.returncode != status:
        raise Failure(f"{shlex.join(map(str, child.args))}\nends with "
                      f"{child.returncode}:\n{text}")
    return text


def copy_tree(tree):
    """A copy of the tree in which nothing is built, but what was fetched."""
    shutil.copytree(ROOT, tree, ignore=lambda _, names: {
        name for name in names
        if name in ("build", "__pycache__") or name.startswith(".")})
    (tree / "build").mkdir()
    bearssl_source.CACHE.mkdir(parents=True, exist_ok=True)
    (tree / "build/cache").symlink_to(bearssl_source.CACHE)


class Board:
    """A copy of the tree, and a shell for the README's commands.

    `values` take the place of the README's own settings; None: those are used.
    """

    def __init__(self, tree, values=None):
        copy_tree(tree)
        self.tree, self.values, self.settings = tree, values, {}

    def script(self, step):
        """The commands of a step, and before them all settings so far."""
        blocks = re.findall(r"^   ```\n(.*?)^   ```$", TEXT[step], re.M | re.S)
        if len(blocks) != 1:
            raise Failure(f"step {step} has {len(blocks)} blocks of commands")
        commands = []
        for line in textwrap.dedent(blocks[0]).splitlines():
            if SETTING.sub("", line).strip():
                commands.append(line)
            else:
                self._set(SETTING.findall(line))
        return "\n".join([f"{n}={v}" for n, v in self.settings.items()]
                         + commands)

    def _set(self, pairs):
        for name, value in pairs:
            if self.values is not None:
                if name not in self.values:
                    raise Failure(f"the README sets {name}: what is that?")
                value = shlex.quote(self.values[name])
            self.settings[name] = value

    def do(self, step):
        """Run the commands of a step."""
        output(start("sh", "-euc", self.script(step), cwd=self.tree))

    def libraries(self, roots, kept):
        """Step 5, which finds the BearSSL in the folder `kept`, and makes it
        anew where its commands would not make the same."""
        shutil.copy(roots, self.tree / "roots.pem")
        made = self.tree / "build/myboard/bearssl"
        with bearssl_source.locked(kept.with_suffix(".lock")):
            if kept.exists():
                shutil.copytree(kept, made)
            self.do("5")
            with bearssl_source.put_in_place(kept) as new:
                shutil.copytree(made, new, dirs_exist_ok=True,
                                ignore=shutil.ignore_patterns("jsmn.h"))

    @contextlib.contextmanager
    def peer(self):
        """Step 2, on loopback; its three numbers."""
        *before, last = self.script("2").splitlines()
        if last.count("0.0.0.0") != 1:
            raise Failure(f"step 2: where does the peer listen? {last}")
        before.append("exec " + last.replace("0.0.0.0", "127.0.0.1"))
        child = processes.start(["sh", "-euc", "\n".join(before)],
                                cwd=self.tree, text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with child.stdin, child.stdout:
            try:
                ready, _, _ = select.select([child.stdout], [], [], 10)
                line = child.stdout.readline() if ready else ""
                if not re.fullmatch(r"\d+ \d+ \d+\n", line):
                    raise Failure(f"step 2: {last} prints {line!r}")
                yield line.split()
            finally:
                processes.stop(child)


def lend_bearssl(out, compiler):
    """The host's BearSSL, as if step 5 had made it: that would take a minute.
    Where its commands ask for another, it is made all the same."""
    def lend(_, made, *_others):
        (made / "include").mkdir()
        for path in pathlib.Path("/usr/include").glob("bearssl*.h"):
            shutil.copy(path, made / "include")
        shutil.copy(output(start("gcc", "-print-file-name=libbearssl.a"))
                    .strip(), made)
    flags = re.search(r'--cflags "([^"]*)"', TEXT["5"])
    with unittest.mock.patch.object(bearssl_source, "build", lend), \
            contextlib.redirect_stderr(io.StringIO()):
        bearssl_source.make(out, compiler, flags[1] if flags else "-Os")
    return out


def bodies():
    """{function: what is to stand in its place}, in order."""
    text = (HERE / "port_skeleton_posix.c").read_text()
    ends = [(m[1], m.end()) for m in re.finditer(
        r"^static [^;{]*?skeleton_(\w+)\(void \*ctx.*?^}\n", text, re.M | re.S)]
    starts = [0] + [end for _, end in ends]
    return {name: text[begin:end].replace("skeleton", "myboard")
            for begin, (name, end) in zip(starts, ends)}


def fill_in(source, name, body):
    """Put the body of one function into the port."""
    text, count = re.subn(
        rf"^static [^;{{]*?myboard_{name}\(void \*ctx.*?^}}\n", lambda _: body,
        source.read_text(), flags=re.M | re.S)
    if count != 1:
        raise Failure(f"{source.name} has {count} functions for {name}")
    source.write_text(text)


def promises():
    """Step 4: {function: how many lines pass after it}, and what the others
    say, by the function after which they begin to."""
    text = " ".join(TEXT["4"].split())
    total, first = map(int, re.search(r"Of (\d+) lines, (\d+)", text).groups())
    passed = {"": first, **{name: int(count) for name, count
                            in re.findall(r"`(\w+)` (\d+)", text)}}
    says = dict(re.findall(r'(?:from `(\w+)` on )?"([^"]+)"', text))
    if passed["recv"] != total or f"`{total} passed, 0 failed`" not in text \
            or list(says) != ["", "connect", "send"]:
        raise Failure("step 4 is at odds with itself")
    return passed, says
