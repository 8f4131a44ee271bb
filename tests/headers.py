"""The public headers compile alone, as C99, C11 and C++, without warnings; and
the program in the README compiles and downloads a real image.

Prints "headers: N passed, N failed" as its last line.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "standin"))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def compiles(folder, header, compiler, suffix):
    """Does a file that includes nothing but this header compile?"""
    source = pathlib.Path(folder) / f"one{suffix}"
    source.write_text(f'#include "{header}"\nint one(void);\n'
                      "int one(void) { return 1; }\n")
    done = subprocess.run([*compiler, *WARNINGS, "-I", ROOT / "src", "-c",
                           "-o", source.with_suffix(".o"), source],
                          capture_output=True, text=True)
    return done.returncode == 0, done.stderr


def readme_program(standin):
    """The C program in the README, turned to the stand-in."""
    text = re.search(r"```c\n(.*?)```", (ROOT / "README.md").read_text(),
                     re.S)[1]
    port = standin.base_url.rsplit(":", 1)[1]
    for old, new in (
            ('"open.feishu.cn"', f'"localhost", .port_number = {port}'),
            ("/etc/ssl/certs/ca-certificates.crt", standin.ca_file)):
        assert old in text, old
        text = text.replace(old, str(new))
    return text


def example_works(folder):
    """Compile the README's program and let it fetch an image."""
    from standin import Standin
    source = pathlib.Path(folder) / "example.c"
    program = pathlib.Path(folder) / "example"
    with Standin(str(ROOT / "build" / "standin")) as standin:
        source.write_text(readme_program(standin))
        done = subprocess.run(
            ["cc", "-std=gnu99", *WARNINGS, "-I", ROOT / "src", "-I",
             ROOT / "port" / "posix", "-o", program, source,
             *sorted((ROOT / "build" / "port").glob("posix_*.o")),
             ROOT / "build" / "libfeishu-image.a", "-l:libbearssl.a",
             "-lpthread"], capture_output=True, text=True)
        if done.returncode:
            return False, done.stderr
        key, path = sorted(standin.images.items())[0]
        done = subprocess.run(
            [program, key], capture_output=True, timeout=60,
            env={"FEISHU_TENANT_ACCESS_TOKEN": standin.token})
        same = done.stdout == pathlib.Path(path).read_bytes()
    return done.returncode == 0 and same, done.stderr.decode()


def main():
    """Try every header in every language, then the example."""
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        cases = [(f"{header.name} as {name}",
                  lambda h=header, c=compiler, s=suffix:
                  compiles(folder, h.name, c, s))
                 for header in sorted((ROOT / "src").glob("*.h"))
                 for name, compiler, suffix in (
                     ("C99", ["gcc", "-std=c99"], ".c"),
                     ("C11", ["gcc", "-std=c11"], ".c"),
                     ("C++", ["g++", "-std=c++11"], ".cc"))]
        cases.append(("the README's program fetches an image",
                      lambda: example_works(folder)))
        for name, case in cases:
            print(f"case {name}")
            ok, output = case()
            passed, failed = passed + ok, failed + (not ok)
            if not ok:
                print(f"FAIL {name}\n{output}")
    print(f"headers: {passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
