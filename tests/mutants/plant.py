"""Single faults that can be planted in C source laid out by clang-format.

`faults` reads one file and names every fault: a limit off by one, a comparison
or a condition turned round, a check, an early return, a call or an assignment
left out, a constant changed, a state swapped with the next of its enum.
"""
import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<skip> /\*.*?\*/ | "(?:\\.|[^"\\])*" | \s+
        | ^\#\s*define\s+\w+(?:\([^)]*\))? | ^\#(?:\\\n|[^\n])* | \\\n )
  | (?P<char> '(?:\\.|[^'\\])+' )
  | (?P<number> 0[xX][0-9a-fA-F]+\w* | \d\w* )
  | (?P<name> [A-Za-z_]\w* )
  | (?P<op> -> | \+\+ | -- | << | >> | && | \|\| | [-+*/%&|^<>=!]= | . )
    """, re.M | re.S | re.X)
ENUM = re.compile(r"\benum\s*\w*\s*\{(.*?)\}", re.S)
SWAPS = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==",
         "&&": "||", "||": "&&", "+=": "-=", "-=": "+=", "++": "--",
         "--": "++", "<<": ">>", ">>": "<<", "|=": "&=", "&=": "|=",
         "true": "false", "false": "true", "?": "== 0 ?", "!": ""}
BINARY = {"+": "-", "-": "+", "&": "|", "|": "&"}
JUMPS = {"return", "break", "continue"}
KEYWORDS = JUMPS | {"if", "else", "for", "while", "do", "switch", "case"}


@dataclasses.dataclass
class Token:
    """A piece of the source, and where it is."""
    kind: str
    text: str
    begin: int
    end: int


@dataclasses.dataclass
class Fault:
    """One change to one file. Equal faults of a function are numbered."""
    file: str
    function: str
    line: int
    begin: int
    end: int
    text: str
    old: str = ""
    new: str = ""
    number: int = 1

    def key(self):
        """What names the fault, wherever its line moves to."""
        mark = f"#{self.number}" if self.number > 1 else ""
        return f"{self.file} {self.function}{mark}\n- {self.old}\n+ {self.new}"

    def plant(self, source):
        """The source with the fault in it."""
        return source[:self.begin] + self.text + source[self.end:]


def tokens_of(source):
    """The tokens of a file; no comments, strings and directives."""
    return [Token(match.lastgroup, match.group(), *match.span())
            for match in TOKEN.finditer(source) if match.lastgroup != "skip"]


def enumerators(sources):
    """Each enumerator of all the sources, and the next one of its enum."""
    following = {}
    for source in sources:
        for body in ENUM.findall(re.sub(r"/\*.*?\*/", "", source, flags=re.S)):
            names = re.findall(r"^\s*(\w+)", body.replace(",", "\n"), re.M)
            following.update(zip(names, names[1:] + names[:1]))
    return following


def closing(tokens, at):
    """Where the parenthesis that opens here is closed."""
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    return at


def functions(tokens):
    """For every token the function it is in; "-" from its last brace on."""
    names, depth, name, candidate = [], 0, "-", "-"
    for index, token in enumerate(tokens):
        after = tokens[index - 1].text if index else ""
        if depth == 0 and token.text == "(" and tokens[index - 1].kind == \
                "name":
            candidate = after
        if token.text == "{":
            if depth == 0 and after == ")":
                name = candidate
            depth += 1
        if token.text == "}":
            depth -= 1
            name = name if depth else "-"
        names.append(name)
    return names


def constant(token):
    """The next number or character."""
    if token.kind == "char":
        return f"({token.text} + 1)"
    digits, suffix = re.fullmatch(r"(\w+?)([uUlL]*)", token.text).groups()
    value = int(digits, 0) + 1
    return (hex(value) if "x" in digits.lower() else str(value)) + suffix


def is_operand(token):
    """Can a binary operator follow?"""
    return token.kind in ("char", "number") or token.text in ")]" or \
        (token.kind == "name" and token.text not in KEYWORDS)


def is_room(tokens, index):
    """Is this number how much room an array declared here has?"""
    return tokens[index - 1].text == "[" and \
        (tokens[index - 3].kind == "name" or tokens[index - 3].text == "*") \
        and tokens[index - 3].text not in KEYWORDS


def changed_token(tokens, index, following):
    """What stands in for one token in a fault, or None."""
    token = tokens[index]
    if token.text in following:
        return following[token.text]
    if token.text in BINARY and is_operand(tokens[index - 1]):
        return BINARY[token.text]
    if token.kind in ("number", "char") and not is_room(tokens, index):
        return constant(token)
    return SWAPS.get(token.text)


def statement_end(tokens, index):
    """The semicolon of the simple statement that begins here, or None."""
    first, second = tokens[index], tokens[index + 1]
    starts = first.text in JUMPS or first.text in ("*", "(", "++", "--") or (
        first.kind == "name" and first.text not in KEYWORDS and
        second.kind != "name" and second.text not in ("*", ":"))
    for end in range(index, len(tokens)) if starts else ():
        if tokens[end].text in "{}":
            break
        if tokens[end].text == ";":
            return end
    return None


def statements(source, tokens, names):
    """Index of the first, and the last token of what can be left out. The
    last return of a function cannot."""
    headers = {closing(tokens, index + 1) for index, token in enumerate(tokens)
               if token.text in ("if", "while", "for")}
    for index in range(1, len(tokens) - 1):
        begin = tokens[index].begin
        begins = not source[:begin].rpartition("\n")[2].strip() and (
            tokens[index - 1].text in (";", "{", "}", "else", ":") or
            index - 1 in headers)
        end = statement_end(tokens, index) \
            if begins and names[index] != "-" else None
        if end and (tokens[index].text != "return" or names[end + 1] != "-"):
            yield index, tokens[end]


def changes(source, tokens, names, following):
    """Where each fault begins and ends, and what is there then."""
    for index, token in enumerate(tokens):
        text = changed_token(tokens, index, following)
        if text is not None:
            yield index, token.begin, token.end, text
        if token.text in ("if", "while") and names[index] != "-":
            begin = tokens[index + 1].end
            end = tokens[closing(tokens, index + 1)].begin
            yield index, begin, end, f"!({source[begin:end]})"
            yield index, begin, end, "0"
    for index, last in statements(source, tokens, names):
        yield index, tokens[index].begin, last.end, ";"


def faults(file, source, following):
    """Every fault of one file, in the order of its lines."""
    tokens = tokens_of(source)
    names = functions(tokens)
    lines = source.split("\n")
    found, seen = [], {}
    for index, begin, end, text in changes(source, tokens, names, following):
        line = source.count("\n", 0, begin)
        fault = Fault(file, names[index], line + 1, begin, end, text)
        fault.old = lines[line].strip()
        head = fault.plant(source).split("\n", line + 1)
        fault.new = head[line].strip()
        found.append(fault)
    found.sort(key=lambda fault: (fault.begin, fault.end, fault.text))
    for fault in found:
        key = fault.key()
        seen[key] = fault.number = seen.get(key, 0) + 1
    return found
