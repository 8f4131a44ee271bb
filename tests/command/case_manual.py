"""Help, manual and options: the same in all three places."""
import os
import pathlib
import re

from cases import add, case, check, equal
from servers import Trap
from app_runs import KEY

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "port" / "posix" / "options.c").read_text()
MANUAL = (ROOT / "port" / "posix" / "feishu-image.1").read_text()
TABLE = re.findall(r"\{ (?:'(.)'|0), \"([a-z-]*)\", (\w+), ", SOURCE)
VARIABLES = set("FEISHU_TENANT_ACCESS_TOKEN FEISHU_APP_ID FEISHU_APP_SECRET "
                "FEISHU_BASE_URL SSL_CERT_FILE https_proxy no_proxy".split())


def spellings():
    """All options as they are written."""
    return {f"-{letter}" for letter, _, _ in TABLE if letter} | \
        {f"--{name}" for _, name, _ in TABLE if name}


@case("the help names every option and no other, in 80 columns")
def help_text(trial):
    check(len(TABLE) >= 26, f"only {len(TABLE)} options found")
    text = trial.ok("-h", limits=False).out.decode()
    found = set(re.findall(r"(?<![\w-])--?[A-Za-z0-9][\w-]*", text))
    equal(found, spellings(), "options of the help")
    equal([line for line in text.splitlines() if len(line) > 80], [],
          "long lines")
    equal({word for word in VARIABLES if word not in text}, set(),
          "variables that are not in the help")


@case("the manual names every option and no other")
def manual(trial):
    lists = MANUAL[MANUAL.index(".Ss Where the images go"):]
    items = " ".join(re.findall(r"^\.It Fl (.*)$", lists, re.M))
    items = items.replace("Fl ", "")
    words = re.findall(r"(?<![\w-])(-[a-z][a-z-]+|[A-Za-z0-9])(?![\w|-])",
                       re.sub(r"\bAr \w+|\bCm .*?(?= -|$)", "", items))
    equal({"-" + word for word in words} - {"-,"}, spellings(),
          "options of the manual")
    synopsis = MANUAL[MANUAL.index(".Sh SYNOPSIS"):
                      MANUAL.index(".Sh DESCRIPTION")]
    for letter, name, _ in TABLE:
        flags = re.search(r"\.Op Fl (\w+)\n", synopsis)[1]
        check((letter and letter in flags) or f"Fl {letter} " in synopsis
              or f"Fl -{name}" in synopsis, f"{letter} {name}: no synopsis")
    for word in VARIABLES:
        check(re.search(rf"^\.(It )?Ev .*\b{word}\b", MANUAL, re.M),
              f"{word} is not in the manual")
    trial.empty()


def wrong_value(trial, words):
    """An option that wants a value and gets none, or the other way round."""
    with Trap() as trap:
        run = trial.fails(2, KEY, *words, url=trap.url,
                          words=[words[0].split("=")[0] + ": "])
        check("-h" in run.lines[0], "no word of where help is")
        trap.untouched()
    trial.empty()


VALUED = [name for _, name, kind in TABLE
          if name and kind not in ("FLAG", "LARK", "HELP", "VERSION")]
for name_ in VALUED:
    add(f"--{name_} without a value", wrong_value, [f"--{name_}"])
for _, name_, kind_ in TABLE:
    if name_ and kind_ in ("FLAG", "LARK", "HELP", "VERSION"):
        add(f"--{name_} with a value", wrong_value, [f"--{name_}=1"])

NOT_PARALLEL = ["", "0", "17", "-1", "+1", "1.5", "1k", "x", " 1", "1 ", "0x1",
                "99999999999999999999"]


@case("unfit numbers for -P")
def parallel(trial):
    with Trap() as trap:
        for text in NOT_PARALLEL:
            for words in (["-P", text], [f"--parallel={text}"]):
                trial.fails(2, *words, KEY, url=trap.url,
                            words=["--parallel", "1 to 16"])
        trap.untouched()
    trial.empty()


@case("--json and standard output for the image do not go together")
def json_and_output(trial):
    with Trap() as trap:
        for words in (["--json", "-o", "-"], ["-o-", "--json"]):
            trial.fails(2, *words, KEY, url=trap.url, words=["--json", "-o"])
        trap.untouched()
    trial.empty()


@case("an option's value is in no message")
def not_quoted(trial):
    secret = "t-misplaced0secret"
    trial.secrets.append(secret.encode())
    with Trap() as trap:
        for name in VALUED:
            run = trial.run(f"--{name}", secret, url=trap.url,
                            env={"FEISHU_TENANT_ACCESS_TOKEN": None,
                                 "PATH": os.environ["PATH"]})
            equal(run.status, 2, f"exit code of --{name}")
        trap.untouched()
