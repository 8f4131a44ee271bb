"""What is refused before anything is sent: exit code 2, and no connection."""
import images
from cases import add, case, check, equal
from servers import Trap

KEY = images.KEYS["png-tiny"]
BAD_KEYS = {
    "empty": "", "CR": "img\rx", "LF": "img\nx", "CR LF": "img\r\nHost: x",
    "space": "img x", "space first": " img", "space last": "img ",
    "TAB": "img\tx", "slash": "img/x", "question mark": "img?x",
    "hash": "img#x", "percent": "img%2e", "dot dot": "..", "dot": ".",
    "parent": "../img", "dot first": ".img", "dash first": "-img",
    "dash": "-", "dot dot first": "..img", "8-bit": b"img\xe9",
    "UTF-8": "img图", "DEL": "img\x7f", "ESC": "img\x1b[2J", "colon": "img:x",
    "backslash": "img\\x", "semicolon": "img;x", "star": "img*", "plus": "a+b",
    "at": "a@b", "equals": "a=b", "tilde": "~img", "comma": "a,b",
    "ampersand": "a&b", "quote": "a'b", "double quote": 'a"b',
    "brace": "{a}", "bracket": "[a]", "less": "<a>", "bar": "a|b",
    "129 long": "k" * 129, "10000 long": "k" * 10000,
}
BAD_TOKENS = {
    "blank": " ", "space inside": "t-secret one", "space first": " t-secret",
    "space last": "t-secret ", "TAB": "t-secret\tx", "CR": "t-secret\rx",
    "LF": "t-secret\nx", "CR LF": "t-secret\r\nX-Evil: 1",
    "DEL": "t-secret\x7f", "ESC": "t-secret\x1b", "8-bit": b"t-secret\xe9",
    "UTF-8": "t-secret图", "with Bearer": "Bearer t-secret",
    "4097 long": "t-secret" + "x" * 4089, "9000 long": "t-secret" * 1125,
}
BAD_TOKEN_FILES = {
    "empty": b"", "LF": b"\n", "CR LF": b"\r\n", "two LF": b"t-secret\n\n",
    "LF first": b"\nt-secret", "two lines": b"t-secret\nt-other\n",
    "lone CR": b"t-secret\r", "CR LF CR": b"t-secret\r\n\r",
    "NUL": b"t-secret\0", "NUL inside": b"t-secret\0x", "NUL first": b"\0t",
    "BOM": b"\xef\xbb\xbft-secret", "100000 long": b"t-secret" * 12500,
}
# PORT stands for that of a server that would notice.
BAD_URLS = [
    "http://localhost:PORT", "HTTP://localhost:PORT", "ftp://localhost:PORT",
    "localhost:PORT", "//localhost:PORT", "https:localhost:PORT",
    "https:/localhost:PORT", "https//localhost:PORT", "file:///etc/passwd",
    "https://", "https:///", "https:///path", "https://:PORT",
    "https://user@localhost:PORT", "https://user:pass-word@localhost:PORT",
    "https://@localhost:PORT", "https://localhost:PORT?x=1",
    "https://localhost:PORT/?x=1", "https://localhost:PORT/p?x",
    "https://localhost:PORT#f", "https://localhost:PORT/#f",
    "https://127.0.0.1:PORT", "https://127.1:PORT", "https://[::1]:PORT",
    "https://2130706433:PORT", "https://0x7f000001:PORT", "https://::1",
    "https://127.0.0.1.:PORT", "https://[::ffff:127.0.0.1]:PORT/x",
    "https://localhost:0", "https://localhost:65536", "https://localhost:-1",
    "https://localhost:+PORT", "https://localhost: PORT",
    "https://localhost:PORTx", "https://localhost:0xPORT",
    "https://localhost:99999999999999999999", "https://localhost:PORT:1",
    "https://local host:PORT", "https://localhost\t:PORT",
    "https://localhost:PORT\r\nX-Evil: 1", "https://localhost:PORT/\r\nX: 1",
    "https://localhost\r\nX: 1", "https://localhost:PORT/a b",
    "https://localhost:PORT/\x7f", "https://localhost:PORT/图",
    "https://local_host图:PORT", "https://-localhost:PORT",
    "https://.localhost:PORT", "https://local..host:PORT",
    "https://localhost%2e:PORT", "https://localhost\\@x:PORT",
    "https://" + "a" * 254 + ":PORT", " https://localhost:PORT",
]
BAD_OPTIONS = [
    ["--nonsense"], ["--outpu", "x"], ["--out=x"], ["--"], ["-x"], ["-sx"],
    ["---"], ["--silent=1"], ["--lark=1"], ["--version=1"],
    ["--skip-existing="],
    ["--="], ["-o"], ["--output"], ["-d"], ["-i"], ["--base-url"],
    ["--cacert"], ["--token-file"], ["--max-size"], ["--connect-timeout"],
    ["--idle-timeout"], ["--max-time"], ["--retry"], ["-o", ""], ["-d", ""],
    ["-i", ""], ["--base-url", ""], ["--cacert", ""],
]
NOT_NUMBERS = ["", "x", "-1", "+1", " 1", "1 ", "1e3", "0x10", "inf", "nan",
               "1,5", ".", "-", "٣", "99999999999999999999999"]
NUMBERS = {
    "--max-size": NOT_NUMBERS + ["0", "0k", "1.5", "1K", "1m", "1kk", "1G",
                                 "k", "M", "4294967296", "4096M",
                                 "18446744073709551617"],
    "--connect-timeout": NOT_NUMBERS + ["0", "0.0", "1.x", "1..5", "1s",
                                        ".5.", "1.5.1"],
    "--retry": NOT_NUMBERS + ["1.5", "1k"],
}
NUMBERS["--idle-timeout"] = NUMBERS["--connect-timeout"]
NUMBERS["--max-time"] = NUMBERS["--connect-timeout"]


def refused(trial, trap, *arguments, lines=1, words=(), **options):
    """Exit code 2 with a message, no output, no file, and nothing sent."""
    run = trial.fails(2, *arguments, lines=lines, words=words,
                      **{"url": trap.url, **options})
    equal(run.out, b"", "standard output")
    trial.empty()
    trap.untouched()
    return run


def bad_key(trial, key):
    """Alone, and beside one that is fit."""
    with Trap() as trap:
        refused(trial, trap, "-o", "x", "--", key)
        refused(trial, trap, KEY, "--", KEY, key, KEY)


for name, text in BAD_KEYS.items():
    add(f"unfit key: {name}", bad_key, text, rows=[68])


def bad_token(trial, token):
    """From the environment and from a file; it is not repeated."""
    trial.secrets += [b"secret", b"Evil"]
    with Trap() as trap:
        variable = {"FEISHU_TENANT_ACCESS_TOKEN": token}
        refused(trial, trap, KEY, env=variable,
                words=["FEISHU_TENANT_ACCESS_TOKEN"])
        path = trial.file("bad", token)
        refused(trial, trap, KEY, "--token-file", path, words=[path])


for name, text in BAD_TOKENS.items():
    add(f"unfit token: {name}", bad_token, text, rows=[69, 113])


def bad_token_file(trial, content):
    """A file that holds no token, or more than that."""
    trial.secrets.append(b"t-secret")
    path = trial.file("bad", content)
    with Trap() as trap:
        refused(trial, trap, KEY, "--token-file", path, words=[path],
                env={"FEISHU_TENANT_ACCESS_TOKEN": None})


for name, text in BAD_TOKEN_FILES.items():
    add(f"unfit token file: {name}", bad_token_file, text, rows=[69])


def bad_url(trial, url):
    """It is refused; a password in it is not repeated."""
    trial.secrets.append(b"pass-word")
    with Trap() as trap:
        url = url.replace("PORT", str(trap.port))
        refused(trial, trap, KEY, "--base-url", url, words=["--base-url"])


for text in BAD_URLS:
    add(f"unfit URL: {text[:50]!r}", bad_url, text, rows=[70])


@case("unfit URL in the environment", rows=[70])
def bad_variable(trial):
    with Trap() as trap:
        for text in BAD_URLS[::6]:
            url = text.replace("PORT", str(trap.port))
            refused(trial, trap, KEY, url=url, words=["FEISHU_BASE_URL"])


def bad_options(trial, words):
    """Nothing but a message, whatever else is asked for."""
    with Trap() as trap:
        refused(trial, trap, *([KEY] if words != ["--"] else []), *words)


for words_ in BAD_OPTIONS:
    add(f"unfit options: {' '.join(words_)}", bad_options, words_)


def bad_numbers(trial, option):
    """What is not a number, or not in reach, behind one option."""
    with Trap() as trap:
        for number, text in enumerate(NUMBERS[option]):
            words = [option, text] if number % 2 else [f"{option}={text}"]
            refused(trial, trap, *words, KEY, words=[option])


for name in NUMBERS:
    add(f"unfit numbers for {name}", bad_numbers, name)


@case("fit numbers")
def fit_numbers(trial):
    for words in (["--max-size", "100"], ["--max-size", "1k"],
                  ["--max-size", "4095M"], ["--connect-timeout", "20.5"],
                  ["--idle-timeout", "99999"], ["--max-time", "60.001"],
                  ["--retry", "00"], ["--retry=10"]):
        trial.ok(*words, KEY)


@case("unfit combinations")
def combinations(trial):
    keys = trial.file("keys", KEY + "\n")
    with Trap() as trap:
        for words in ([], ["-s"], ["-o", "x"], ["-d", "."],
                      ["-o", "x", KEY, KEY], ["-o", "-", KEY, "img_y"],
                      ["-o", "x", "-i", keys], ["-o", "-", KEY, "-i", keys]):
            run = refused(trial, trap, *words)
            check("-h" in run.lines[0], "no word of where help is")


@case("no credentials")
def no_credentials(trial):
    with Trap() as trap:
        for value in (None, ""):
            env = {"FEISHU_TENANT_ACCESS_TOKEN": value}
            words = ["credentials", "FEISHU_TENANT_ACCESS_TOKEN"]
            refused(trial, trap, KEY, env=env, words=words)
            refused(trial, trap, KEY, "--token-file", "", env=env,
                    words=words)


@case("files that are named but cannot be read")
def missing_files(trial):
    folder = str(trial.side)
    with Trap() as trap:
        for option in ("--token-file", "--cacert"):
            refused(trial, trap, KEY, option, "nowhere/file",
                    words=["nowhere/file", "No such file"])
            refused(trial, trap, KEY, option, folder, words=[folder])
        refused(trial, trap, KEY, env={"SSL_CERT_FILE": "nowhere/roots"},
                words=["nowhere/roots", "No such file"])
        refused(trial, trap, KEY, "--cacert", trial.file("none", ""),
                words=["none"])


@case("a long path does not hide what is wrong")
def long_path(trial):
    path = "/nowhere/" + "x" * 3000
    with Trap() as trap:
        for option in ("--token-file", "--cacert", "-i"):
            run = refused(trial, trap, KEY, option, path)
            check("; " in run.lines[0], "the advice is missing")
