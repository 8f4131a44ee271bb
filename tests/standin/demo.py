"""What `make demo` shows: one real image over real TLS, and that it is right.

Without credentials the image comes from the stand-in on this machine, with an
app id and secret of its own. With KEY set (make demo KEY=img_v3_...), and
FEISHU_APP_ID with FEISHU_APP_SECRET or FEISHU_TENANT_ACCESS_TOKEN, it comes
from Feishu itself, or from FEISHU_BASE_URL.
"""
import hashlib
import os
import pathlib
import pty
import shlex
import sys

from standin import Standin

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMMAND = "build/feishu-image"
FOLDER = "build/demo"


def show(arguments, env):
    """Run the command on a terminal of its own, as a person would see it."""
    print(f"\n$ {COMMAND} {shlex.join(arguments)}", flush=True)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(COMMAND, [COMMAND, *arguments], {**os.environ, **env})
    while True:
        try:
            text = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other end is closed
            break
        if not text:
            break
        sys.stdout.buffer.write(text.replace(b"\r\n", b"\n"))
        sys.stdout.flush()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def digest(path):
    """The SHA-256 of a file."""
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def saved(key):
    """The file that the command has made for a key."""
    return next(pathlib.Path(FOLDER).glob(f"{key}.*"), None)


def from_feishu(key):
    """Download the caller's own image."""
    status = show(["-v", "-d", FOLDER, key], {})
    if status == 0:
        print(f"\nThe image is in {saved(key)}.")
    return status


def from_standin():
    """Download an image of the stand-in's, and compare it with the original."""
    with Standin(str(ROOT / "build" / "standin")) as standin:
        key, original = next((key, path) for key, path in
                             sorted(standin.images.items()) if "10m" in key)
        print(f"A stand-in for Feishu answers at {standin.base_url} "
              "(nginx, TLS, its own test CA).")
        env = {"FEISHU_TENANT_ACCESS_TOKEN": "",
               "XDG_CACHE_HOME": str(ROOT / FOLDER / "cache"),
               **standin.app_environment()}
        sent = digest(original)
        status = show(["-v", "-d", FOLDER, key], env)
        if status or digest(saved(key)) != sent:
            print("\nThe demo failed: the image is not the one that was sent.")
            return 1
        refused = show(["-d", FOLDER, "img_err_234008"], env)
    print(f"\nexit code {refused}: refusals tell what helps, and leave no file.")
    print(f"\n{saved(key)}: {saved(key).stat().st_size} bytes, "
          f"SHA-256 {sent[:16]}..., identical to the original.")
    print("With an app of your own: README.md, \"The first download\".")
    return 0 if refused == 7 else 1


def main():
    """Choose by what is set."""
    os.chdir(ROOT)
    pathlib.Path(FOLDER).mkdir(parents=True, exist_ok=True)
    key = os.environ.get("KEY")
    if key and (os.environ.get("FEISHU_TENANT_ACCESS_TOKEN") or
                os.environ.get("FEISHU_APP_ID")):
        return from_feishu(key)
    return from_standin()


if __name__ == "__main__":
    sys.exit(main())
