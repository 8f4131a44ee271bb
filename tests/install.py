"""`make install` puts everything where a product looks for it, and a program
that knows only pkg-config builds against it, as C and as C++.

Prints "install: N passed, N failed" as its last line.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

PROGRAM = """
#include <fimg_state.h>
static struct fimg f = FIMG_INIT;
int main(void)
{
    struct fimg_request request = FIMG_INIT;
    int status = fimg_start(&f, &request);
    fimg_close(&f);
    return status == FIMG_ERR_REQUEST ? 0 : 1;
}
"""


def output(command, **options):
    """Run a command; its standard output, or an exception."""
    return subprocess.run(command, check=True, capture_output=True, text=True,
                          **options).stdout


def build_and_run(stage, compiler, suffix):
    """Build the program with the flags of the .pc file alone."""
    env = {**os.environ,
           "PKG_CONFIG_PATH": str(stage / "usr/lib/pkgconfig"),
           "PKG_CONFIG_SYSROOT_DIR": str(stage)}
    source = stage / f"program{suffix}"
    source.write_text(PROGRAM)
    flags = output(["pkg-config", "--cflags", "--libs", "feishu-image"],
                   env=env).split()
    output([compiler, "-Wall", "-Wextra", "-Wno-missing-field-initializers",
            "-Werror", "-o", stage / "program", source, *flags])
    output([stage / "program"])


def main():
    """Install into an empty folder and use what is there."""
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        stage = pathlib.Path(folder)
        man = "usr/share/man/man1/feishu-image.1"
        cases = [
            ("install", lambda: output(
                ["make", "-s", "install", f"DESTDIR={stage}", "PREFIX=/usr"],
                cwd=ROOT)),
            ("command", lambda: output([stage / "usr/bin/feishu-image", "-V"])),
            ("man page", lambda: output(
                ["man", "--warnings", "-l", stage / man])),
            ("C", lambda: build_and_run(stage, "gcc", ".c")),
            ("C++", lambda: build_and_run(stage, "g++", ".cc")),
        ]
        for name, case in cases:
            print(f"case {name}")
            try:
                case()
                passed += 1
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"FAIL {name}: {error}\n{error.stderr}")
    print(f"install: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
