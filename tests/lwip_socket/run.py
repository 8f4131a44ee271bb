"""The POSIX port over threaded lwIP, on a tap device in a network namespace.

    python3 tests/lwip_socket/run.py PATH-TO-LIBRARY

Builds lwIP and download.c below build/lwip_socket/, goes into a namespace of
its own, where nothing of this machine's network is seen or touched, runs the
stand-in for Feishu there and has download.c fetch images from it, through lwIP
and over TLS. Whatever happens, the programs end with this one, and the tap
device and the addresses go with the namespace. Root is not needed where users
may have namespaces, and /dev/net/tun. The last line is
"lwip_socket: N passed, N failed".
"""
import concurrent.futures
import os
import pathlib
import shlex
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "build" / "lwip_socket"
sys.path[:0] = [str(HERE), str(HERE.parent / "standin"),
                str(HERE.parent / "lib")]

import cases
import lwip_source
import namespace
import processes

LWIP = ["src/core/*.c", "src/core/ipv4/*.c", "src/core/ipv6/*.c",
        "src/api/*.c", "src/netif/ethernet.c", "port/sys_arch.c",
        "port/netif/tapif.c"]
# Unchanged over lwIP's sockets; and what has nothing to do with sockets, or is
# the host's business, with the system's own headers.
OVER_LWIP = ["port/posix/posix_dial.c", "port/posix/posix_port.c",
             "port/lwip_socket/lwip_socket_resolver.c",
             "tests/lwip_socket/download.c"]
OVER_SYSTEM = ["port/posix/posix_system.c", "port/posix/trust_file.c",
               "port/posix/line.c"]
WARN = "-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror"
HOST_ADDRESSES = ["192.0.2.1/24", "fd00::1/64"]


def compile_one(command, source, out):
    """Compile unless what is there is newer than all that it is made of."""
    note = out.with_suffix(".d")
    if out.exists() and note.exists():
        words = note.read_text().replace("\\\n", " ").split(":", 1)[1].split()
        if all(os.path.exists(word) and
               os.stat(word).st_mtime < out.stat().st_mtime for word in words):
            return out
    subprocess.run([*command, "-MMD", "-MF", note, "-c", source, "-o", out],
                   check=True)
    return out


def build(library, cc="gcc"):
    """Make the program; returns its path."""
    tree = pathlib.Path(lwip_source.fetch())
    OUT.mkdir(parents=True, exist_ok=True)
    cc = [*shlex.split(cc), "-std=c99", "-O2", "-g"]
    ours = [*cc, *WARN.split(), f"-I{ROOT}/src", f"-I{ROOT}/port/posix",
            f"-I{ROOT}/port/lwip_socket"]
    theirs = [f"{tree}/src/include", f"{tree}/port/include"]
    system = [word for path in theirs for word in ("-isystem", path)]
    # lwIP's own compiler settings ask for GNU C
    jobs = [([cc[0], "-std=gnu99", "-O2", "-g", "-w",
              f"-I{ROOT}/port/lwip_socket", *(f"-I{path}" for path in theirs)],
             path) for pattern in LWIP for path in sorted(tree.glob(pattern))]
    jobs += [([*ours, f"-I{ROOT}/port/lwip_socket/include", *system],
              ROOT / name) for name in OVER_LWIP]
    jobs += [(ours, ROOT / name) for name in OVER_SYSTEM]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(
            lambda job: compile_one(*job, OUT / (job[1].parent.name + "-" +
                                                 job[1].stem + ".o")), jobs))
    program = OUT / "download"
    subprocess.run([*cc, "-o", program, *objects, library,
                    *shlex.split(os.environ.get("BEARSSL",
                                                "-l:libbearssl.a")),
                    "-lpthread"], check=True)
    return program


def make_network():
    """Loopback, and a tap device with the host's addresses."""
    namespace.ip("link set lo up", "tuntap add dev tap0 mode tap",
                 *(f"address add {address} dev tap0" +
                   (" nodad" if ":" in address else "")
                   for address in HOST_ADDRESSES), "link set tap0 up")


def main(arguments):
    """Build, go inside, play."""
    processes.die_with_parent()
    processes.raise_on_signals()
    processes.adopt_orphans()
    try:
        program = build(str(pathlib.Path(arguments[0]).resolve()),
                        *arguments[1:])
        namespace.enter()
        make_network()
        return cases.play_all(program)
    except processes.Interrupted as interrupted:
        return 128 + interrupted.signum
    except (RuntimeError, OSError, subprocess.CalledProcessError,
            lwip_source.Failure) as error:
        print(f"FAIL set-up: {error}")
        print("lwip_socket: 0 passed, 1 failed")
        return 1
    finally:
        processes.stop_all_children()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
