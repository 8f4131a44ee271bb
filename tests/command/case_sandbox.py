"""What the command gives away before it talks to the network, and what its
file says of itself."""
import contextlib
import errno
import functools
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading

import images
from cases import Skipped, case, check, equal
from servers import IMAGE, Gate, half_there
from spaces import with_dns, works

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = images.KEYS["png-tiny"]
# of all capabilities: DAC_OVERRIDE, DAC_READ_SEARCH and FOWNER
KEPT = 1 << 1 | 1 << 2 | 1 << 3
NOBODY = 65534
SET_USER_ID = 0o4755

NO_CALLS = """execve, fork, clone3, ptrace, process_vm_readv, kill, tgkill,
    tkill, mount, unshare, bpf, io_uring_setup, keyctl, setuid, mkdir, symlink,
    link, chmod, chdir, sethostname, type for the user, written and run,
    run what was written, packets, raw, raw of IPv6, MPTCP, kernel's ciphers,
    log, audit, listen, accept"""
NO_FILES = """write /etc/shadow, read elsewhere, write elsewhere, make elsewhere,
    remove elsewhere, list a folder, read the output, move elsewhere"""
NO_PORTS = "connect elsewhere, bind"
NEEDED = """core limit, dumpable, TCP, TCP of IPv6, UDP, name service, routes,
    connect, connect to DNS, read /etc, make, make in the cache, rename, remove,
    thread, look up, end by a signal"""


def names(text):
    """A list of names, as above."""
    return [" ".join(name.split()) for name in text.split(",")]


BUILDING = threading.Lock()


@functools.lru_cache
def build_probe(folder):
    """Build sandbox_probe.c with the command's own sandbox: its path."""
    program = pathlib.Path(folder) / "sandbox_probe"
    done = subprocess.run(
        [os.environ.get("CC", "cc"), "-O1", f"-I{ROOT}/port/posix", "-o",
         program, ROOT / "tests/command/sandbox_probe.c",
         *sorted((ROOT / "port/posix").glob("sandbox*.c")), "-lpthread"],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode == 0, f"the probe does not compile: {done.stdout}")
    return str(program)


def probe(trial):
    """The same, built once."""
    with BUILDING:
        return build_probe(trial.bench.root)


def probed(trial, cache):
    """Name -> what came of it, after the sandbox was entered."""
    folders = [trial.side / name for name in ("output", "cache", "other")]
    for folder in folders:
        folder.mkdir()
    (folders[2] / "there").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = subprocess.run(
            [probe(trial), folders[0], folders[1] if cache else "",
             str(listener.getsockname()[1]), folders[2]],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60)
    equal(done.returncode, 0, "status of the probe")
    for folder in folders:
        shutil.rmtree(folder)
    lines = done.stdout.decode().splitlines()
    return {name: int(value) for name, value in
            (line.rsplit(" ", 1) for line in lines)}


def all_are(found, text, wanted):
    """What is named there must have this result."""
    for name in names(text):
        equal(errno.errorcode.get(found[name], found[name]),
              errno.errorcode.get(wanted, wanted), name)


@case("sandbox: what is not needed is refused, what is needed is not")
def given_away(trial):
    found = {}
    for cache in (True, False):
        found = probed(trial, cache)
        all_are(found, NEEDED, 0)
        if found["the kernel's filters"] == 0:
            all_are(found, NO_CALLS, errno.ENOSYS)
        if found["Landlock"] > 0:
            all_are(found, NO_FILES, errno.EACCES)
        if found["Landlock"] >= 4:
            all_are(found, NO_PORTS, errno.EACCES)
    if found["the kernel's filters"] != 0 or found["Landlock"] < 4:
        raise Skipped("this kernel has not got it all")


def hardened(trial):
    """Skip where the command is built for sanitizers, without a sandbox."""
    if b"__asan_init" in pathlib.Path(trial.bench.command).read_bytes():
        raise Skipped("sanitizers need what it gives away")


def status_of(run):
    """Field -> value, of /proc/PID/status."""
    text = pathlib.Path(f"/proc/{run.pid}/status").read_text()
    return dict(re.findall(r"^(\w+):\s*(.*)$", text, re.M))


def held(trial, *arguments, look, **options):
    """look(run) while half of an image has arrived; then all of it must."""
    with Gate(trial) as gate:
        run = trial.start("img_x", *arguments, url=gate.url, **options)
        run.until(lambda: half_there(trial.folder), "half of the image")
        look(run)
        gate.open()
        equal(run.end().status, 0, "exit code")
    trial.holds({"img_x.png": IMAGE})


@case("sandbox: the kernel knows of it")
def seen_from_outside(trial):
    hardened(trial)

    def look(run):
        status = status_of(run)
        equal(status["NoNewPrivs"], "1", "NoNewPrivs")
        equal(status["Seccomp"], "2", "Seccomp")
        for name in ("CapPrm", "CapEff", "CapInh", "CapAmb"):
            equal(int(status[name], 16) & ~KEPT, 0, name)
        limits = pathlib.Path(f"/proc/{run.pid}/limits")
        if os.geteuid() == 0:  # others may not look at what is not theirs
            check(re.search(r"core file size +0 +0 ", limits.read_text()),
                  "it may write a core")
        equal(pathlib.Path(f"/proc/{run.pid}/mem").stat().st_uid, 0,
              "who may look into its memory")
    held(trial, look=look)


@case("sandbox: the command works where there is none")
def refused(trial):
    hardened(trial)
    wrapper = [probe(trial), "refusing"]

    def look(run):
        equal(status_of(run)["Seccomp_filters"], "1", "filters")
    held(trial, look=look, wrapper=wrapper)
    trial.ok("-d", trial.folder, "-o", "x", KEY, wrapper=wrapper)
    trial.fails(7, "img_err_234001", wrapper=wrapper)


@case("sandbox: names are still looked up, by UDP and by TCP")
def look_up(trial):
    run = trial.fails(3, KEY, url="https://nowhere.example:9",
                      wrapper=with_dns(trial, "tcp_dns.py"),
                      words=["Connection refused"])
    check(b"asked by TCP" in run.out, "the name server was not asked by TCP")


@contextlib.contextmanager
def lent(trial):
    """A folder open to all, with a copy of the command that lends root's
    rights, and the words that run it as nobody in the command's place."""
    if os.geteuid() != 0:
        raise Skipped("needs root")
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}",
                 "--clear-groups"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shutil.copy(trial.bench.command, folder / "copy")
        shutil.copy(trial.feishu.ca_file, folder / "roots")
        (folder / "copy").chmod(SET_USER_ID)
        (folder / "out").mkdir()
        for path, mode in ((folder, 0o755), (folder / "out", 0o777),
                           (folder / "roots", 0o644)):
            path.chmod(mode)
        if not works(*as_nobody, folder / "copy", "--version"):
            raise Skipped("others may not look into the folder for them")
        yield folder, [*as_nobody, "sh", "-c", 'shift; exec "$0" "$@"',
                       folder / "copy"]


@case("sandbox: rights lent by the file are given back")
def set_user_id(trial):
    hardened(trial)
    with lent(trial) as (folder, wrapper), Gate(trial) as gate:
        run = trial.start("img_x", url=gate.url, wrapper=wrapper,
                          cwd=folder / "out",
                          env={"SSL_CERT_FILE": str(folder / "roots")})
        run.until(lambda: half_there(folder / "out"), "half of the image")
        status = status_of(run)
        gate.open()
        equal(run.end().status, 0, "exit code")
        equal(status["Uid"].split(), [str(NOBODY)] * 4, "users")
        equal(int(status["CapPrm"], 16), 0, "capabilities")
        equal((folder / "out/img_x.png").stat().st_uid, NOBODY, "owner")
        equal((folder / "copy").stat().st_uid, 0, "the test's own set-up")


def readelf(command, *options):
    """What readelf says of the command."""
    return subprocess.run(["readelf", "-W", *options, command], text=True,
                          stdout=subprocess.PIPE, check=True).stdout


@case("hardened: relocations, stack, position and checked calls")
def file_is_hardened(trial):
    hardened(trial)
    command = trial.bench.command
    dynamic, segments = readelf(command, "-d"), readelf(command, "-lh")
    check("Type:                              DYN" in segments,
          "it is at one place in memory")
    check("GNU_RELRO" in segments, "relocations stay writable")
    check(re.search(r"FLAGS.*NOW", dynamic), "relocations are made late")
    check(re.search(r"GNU_STACK.* RW ", segments), "the stack may be run")
    check(" RWE " not in segments, "memory is both written and run")
    for word in ("TEXTREL", "RPATH", "RUNPATH"):
        check(word not in dynamic, f"it has {word}")
    imported = readelf(command, "--dyn-syms")
    check("__stack_chk_fail" in imported, "no stack protector")
    check(re.search(r"__(?!stack)\w+_chk", imported), "no checked calls")
