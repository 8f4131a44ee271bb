"""Files: whole or not at all, in the right place, with the right mode."""
import os
import re
import shutil
import stat
import threading

import images
from cases import add, case, check, equal
from servers import IMAGE, Gate, Trap, half_there

KEY = images.KEYS["png-tiny"]
BIG = images.KEYS["png-300k"]
TRACED = ["strace", "-f", "-qq", "-e", "trace=openat,fsync,rename,unlink"]


@case("-o a file, -o -, -d, and none of them")
def places(trial):
    image = trial.image("png-tiny")
    (trial.folder / "d").mkdir()
    (trial.folder / "to_d").symlink_to("d")
    trial.ok("-d", "to_d", BIG)
    equal((trial.folder / "d" / f"{BIG}.png").read_bytes(),
          trial.image("png-300k"), "through a linked folder")
    (trial.folder / "d" / f"{BIG}.png").unlink()
    (trial.folder / "to_d").unlink()
    trial.ok("-o", "name.with.dots", KEY)
    trial.ok("-o", str(trial.folder / "absolute"), KEY)
    trial.ok("-o", "d/in", "-d", "nowhere", KEY)
    trial.ok("-o", "-none", KEY)
    trial.ok("-d", "d", KEY)
    trial.ok("-d", str(trial.folder), KEY)
    for words in (["-o", "-"], ["-o-"], ["--output=-"],
                  ["-o", "-", "-d", "nowhere"]):
        equal(trial.ok(*words, KEY).out, image, "standard output")
    trial.holds(dict.fromkeys(["name.with.dots", "absolute", "d/in", "-none",
                               f"d/{KEY}.png", f"{KEY}.png"], image))


@case("a large image on standard output")
def large_to_stdout(trial):
    run = trial.ok("-o", "-", trial.feishu.key("png-10m"))
    check(run.out == trial.image("png-10m"), "other bytes")
    trial.empty()


@case("a failure writes nothing to standard output")
def failure_on_stdout(trial):
    run = trial.fails(7, "-o", "-", "img_err_234005", words=["234005"])
    equal(run.out, b"", "standard output")


@case("the file appears when the image is complete, not before")
def appears_whole(trial):
    old = trial.folder / "img_x.png"
    old.write_bytes(b"older")
    with Gate(trial) as gate:
        run = trial.start("img_x", url=gate.url)
        run.until(lambda: half_there(trial.folder), "half of the image")
        equal(old.read_bytes(), b"older", "the file meanwhile")
        names = [p.name for p in trial.folder.iterdir() if p != old]
        equal(len(names), 1, "files beside it")
        gate.open()
        equal(run.end().status, 0, "exit code")
    trial.holds({"img_x.png": IMAGE})


@case("two at once, the same key, the same folder")
def two_at_once(trial):
    with Gate(trial) as gate:
        runs = [trial.start("img_x", url=gate.url) for _ in range(2)]
        for _ in runs:
            check(gate.asked.acquire(timeout=30), "no request")
        runs[0].until(lambda: len(list(
            trial.folder.glob(".feishu-image-*"))) == 2, "two files")
        gate.open()
        for run in runs:
            equal(run.end().status, 0, "exit code")
    trial.holds({"img_x.png": IMAGE})


def mode(trial, mask):
    """Permissions are what the umask leaves."""
    for words in ([], ["-o", "x"]):
        trial.ok(*words, KEY, umask=mask)
    for name in (f"{KEY}.png", "x"):
        found = stat.S_IMODE((trial.folder / name).stat().st_mode)
        equal(oct(found), oct(0o666 & ~mask), "permissions")


for bits in (0o022, 0o027, 0o077, 0o002):
    add(f"umask {bits:03o}", mode, bits)


@case("how the temporary file is made and renamed")
def traced(trial):
    names = []
    for _ in range(2):
        trace = trial.side / "trace"
        trial.ok(BIG, wrapper=[*TRACED, "-o", trace],
                 env={"ASAN_OPTIONS": "detect_leaks=0"})
        text = trace.read_text()
        made = re.search(r'openat\(AT_FDCWD, "([^"]*\.feishu-image-[^"]+)", '
                         r'(\S+), 0666\) = (\d+)', text)
        check(made, "no temporary file was made")
        name, flags, number = made.groups()
        for flag in ("O_CREAT", "O_EXCL", "O_NOFOLLOW", "O_CLOEXEC"):
            check(flag in flags, f"opened without {flag}")
        after = text[made.end():]
        check(re.search(rf'fsync\({number}\) += 0.*rename\("{name}", '
                        rf'"[^"]*{BIG}\.png"\) += 0', after, re.S),
              "not: fsync, then rename")
        check("unlink" not in text, "something was removed")
        names.append(name)
    check(names[0] != names[1], "the temporary name can be foreseen")


@case("nothing at hand bothers the temporary name")
def bystanders(trial):
    others = {f"{KEY}.png.tmp": b"1", f"{KEY}.part": b"2", f"{KEY}": b"3",
              f"{KEY}.jpg": b"4", f".{KEY}.png": b"5"}
    for name, content in others.items():
        (trial.folder / name).write_bytes(content)
    trial.ok(KEY)
    trial.holds({**others, f"{KEY}.png": trial.image("png-tiny")})


@case("a link to a file stays a link")
def link(trial):
    target = trial.side / "target"
    target.write_bytes(b"older")
    (trial.folder / "link").symlink_to(target)
    trial.fails(7, "-o", "link", "img_err_234005")
    equal(target.read_bytes(), b"older", "the target after a failure")
    trial.ok("-o", "link", KEY)
    check((trial.folder / "link").is_symlink(), "the link is gone")
    equal(target.read_bytes(), trial.image("png-tiny"), "the target")


@case("a link where the file is to go is replaced, not followed")
def link_by_key(trial):
    target = trial.side / "target"
    target.write_bytes(b"older")
    (trial.folder / f"{KEY}.png").symlink_to(target)
    trial.ok(KEY)
    equal(target.read_bytes(), b"older", "what the link led to")
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})


@case("a hard link keeps the older content")
def hard_link(trial):
    (trial.side / "older").write_bytes(b"older")
    os.link(trial.side / "older", trial.folder / "x")
    trial.ok("-o", "x", KEY)
    equal((trial.side / "older").read_bytes(), b"older", "the older name")


@case("-o a pipe")
def fifo(trial):
    pipe = trial.folder / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()),
                              daemon=True)
    reader.start()
    trial.ok("-o", "pipe", BIG)
    reader.join(10)
    check(stat.S_ISFIFO(pipe.stat().st_mode), "the pipe was replaced")
    check(read == [trial.image("png-300k")], "other bytes came")


@case("-o a device")
def device(trial):
    null = trial.device("null", 3)
    trial.ok("-o", null, BIG)
    check(stat.S_ISCHR(os.stat(null).st_mode), "it was replaced")
    trial.empty()


@case("-o a link to standard output")
def link_to_stdout(trial):
    (trial.side / "stdout").symlink_to("/proc/self/fd/1")
    read, write = os.pipe()
    with open(read, "rb") as pipe:
        run = trial.start("-o", trial.side / "stdout", KEY, stdout=write)
        os.close(write)
        equal(pipe.read(), trial.image("png-tiny"), "standard output")
        equal(run.end().status, 0, "exit code")
    check((trial.side / "stdout").is_symlink(), "the link was replaced")
    trial.empty()


@case("names as long as they may be")
def long_names(trial):
    deep = trial.folder.joinpath(*["d" * 200] * 15)
    deep.mkdir(parents=True)
    key = "img_octet_png-tiny"
    trial.ok("-d", str(deep), key)
    equal((deep / f"{key}.png").read_bytes(), trial.image("png-tiny"), "image")
    with Trap() as trap:
        for words in (["-d", f"{deep}/{'e' * 3000}"],
                      ["-o", f"{deep}/{'e' * 3000}"], ["-o", "e" * 256]):
            run = trial.run(*words, key, url=None if words[0] == "-o"
                            else trap.url)
            equal(run.status, 8, "exit code")
            check(len(run.lines) == 1 and "; " in run.lines[0], "message")
    shutil.rmtree(deep)
