"""Local failures: exit code 8, and nothing left behind."""
import os

import images
from cases import Skipped, case, check, equal
from servers import Trap
from spaces import in_a_mount, mounts

KEY = images.KEYS["png-tiny"]
BIG = images.KEYS["png-300k"]


def mounted(trial, options, *arguments, words):
    """Run in a file system of its own; it must fail and leave nothing."""
    left = trial.side / "left"
    trial.fails(8, *arguments, words=[*words, "; "],
                wrapper=in_a_mount(trial, options, left))
    equal(left.read_text(), "", "files left behind")


def limited(trial, blocks, *arguments, words):
    """Run with a limit on the size of files, in blocks of 512 bytes."""
    trial.fails(8, *arguments, words=words,
                wrapper=["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh"])


@case("full disk", rows=[114])
def full_disk(trial):
    for words in ([BIG], ["-o", "x", BIG], [images.KEYS["png-1m"]]):
        if mounts():
            mounted(trial, "size=64k", *words,
                    words=["No space left", "make room"])
        else:
            limited(trial, 128, *words, words=["File too large"])
    trial.empty()


@case("full device", rows=[114])
def full_device(trial):
    device = trial.device("full", 7)
    trial.fails(8, "-o", device, KEY,
                words=[KEY, device, "No space left", "; make room"])
    with open("/dev/full", "w") as full:
        trial.fails(8, "-o", "-", KEY, stdout=full,
                    words=["standard output", "No space left"])


@case("a limit on file sizes", rows=[114])
def file_size_limit(trial):
    limited(trial, 64, BIG, words=[BIG, "File too large"])
    trial.empty()
    # it ends one image, not the rest
    limited(trial, 64, BIG, KEY, words=["File too large"])
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})


@case("file systems that take no file")
def no_files(trial):
    if not mounts():
        raise Skipped("no mounts here")
    mounted(trial, "nr_inodes=1", KEY, words=["No space left"])
    mounted(trial, "ro", KEY, words=["Read-only file system"])


@case("a folder that may not be written")
def unwritable(trial):
    trial.folder.chmod(0o555)
    # root may all the same, unless it gives that up
    drop = ["setpriv", "--bounding-set", "-dac_override"]
    wrapper = drop if os.geteuid() == 0 else []
    with Trap() as trap:
        trial.fails(8, KEY, url=trap.url, wrapper=wrapper,
                    words=["Permission denied", "; check the permissions"])
        trap.untouched()
    trial.fails(8, "-o", "x", KEY, wrapper=wrapper,
                words=[KEY, "x", "Permission denied"])
    trial.folder.chmod(0o755)
    trial.empty()


@case("a folder that is none")
def no_folder(trial):
    (trial.folder / "file").write_bytes(b"older")
    with Trap() as trap:
        for place, why in (("nowhere", "No such file"), ("file", "Not a dir"),
                           ("file/x", "Not a dir"), ("nowhere/x", "No such")):
            trial.fails(8, "-d", place, KEY, "img_y", url=trap.url,
                        words=[place, why, "; "])
        trap.untouched()
    for place in ("nowhere/x", "file/x"):
        trial.fails(8, "-o", place, KEY, words=[KEY, place, "; "])
    (trial.folder / "d").mkdir()
    trial.fails(8, "-o", "d", KEY, words=[KEY, "d"])
    trial.holds({"file": b"older"})


@case("a folder in the place of the file")
def folder_in_place(trial):
    (trial.folder / f"{KEY}.png").mkdir()
    trial.fails(8, KEY, words=[KEY, f"{KEY}.png", "; "])
    trial.fails(8, KEY, "img_octet_png-tiny", words=[KEY])
    trial.holds({"img_octet_png-tiny.png": trial.image("png-tiny")})


@case("the reader of a pipe goes", rows=[114])
def closed_pipe(trial):
    read, write = os.pipe()
    run = trial.start("-o", "-", trial.feishu.key("png-1m"), stdout=write)
    os.close(write)
    os.read(read, 10)
    os.close(read)
    equal(run.end().status, 8, "exit code")
    trial.says(run, "standard output", "Broken pipe", "; ")
    equal(len(run.lines), 1, "lines on standard error")


@case("a pipe that nobody reads from the start")
def no_reader(trial):
    read, write = os.pipe()
    os.close(read)
    trial.fails(8, "-o", "-", KEY, stdout=write, words=["Broken pipe"])
    # that messages do not arrive is no reason to give up
    equal(trial.run("-v", KEY, stderr=write).status, 0, "exit code")
    trial.holds({f"{KEY}.png": trial.image("png-tiny")})
    os.close(write)


@case("a slow reader gets every byte")
def slow_reader(trial):
    name = "png-1m"
    read, write = os.pipe()
    os.set_blocking(write, False)  # as programs that share it may do
    run = trial.start("-o", "-", trial.feishu.key(name), stdout=write)
    os.close(write)
    with open(read, "rb", buffering=0) as pipe:
        data = b"".join(iter(lambda: pipe.read(70000), b""))
    equal(run.end().status, 0, "exit code")
    check(data == trial.image(name), "other bytes")


def closed(trial, numbers, *arguments):
    """Run with these standard descriptors closed."""
    redirections = " ".join(f"{number}>&-" for number in numbers)
    return trial.run(*arguments, wrapper=["sh", "-c",
                                          f'exec "$@" {redirections}', "sh"])


@case("standard descriptors that are closed")
def closed_descriptors(trial):
    image = trial.image("png-tiny")
    for numbers in ([0], [1], [2], [0, 1, 2]):
        # with -v, lest what is told end up in the image
        equal(closed(trial, numbers, "-v", KEY).status, 0, "exit code")
        trial.holds({f"{KEY}.png": image})
        (trial.folder / f"{KEY}.png").unlink()
        equal(closed(trial, numbers, "img_err_234005").status, 7, "exit code")
        trial.empty()
    equal(closed(trial, [1], "-o", "-", KEY).status, 8, "exit code")
    check(closed(trial, [0], "-i", "-").status in (2, 8), "-i - of nothing")
    equal(closed(trial, [2], "..").status, 2, "exit code")
