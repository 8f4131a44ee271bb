"""The stages: what each driver proves, and how Eva is told to look at it."""
import dataclasses
import re


@dataclasses.dataclass
class Stage:
    """One run of Eva."""
    name: str
    proves: str              # files of src/ that it is about
    uses: str = ""           # other files that are analysed with them
    driver: str = ""         # its driver; else the one of its name
    options: str = ""
    defines: str = ""
    included: bool = False   # the driver includes the file it is about
    host: str = "step"       # function that -inline-calls inlines into

    def sources(self):
        """All C files, below the top folder: callees before callers, so that
        what is inlined has had its own calls inlined."""
        used = self.uses.split()
        library = ([] if self.included else self.proves.split()) + \
            [name for name in used if not name.endswith(".c")]
        drivers = [name for name in used if name.endswith(".c")] + \
            [f"{self.driver or self.name}.c", "any.c"]
        return [f"src/fimg_{name}.c" for name in reversed(library)] + \
            [f"tests/proof/{name}" for name in drivers]

    def functions(self, root):
        """Functions that the files which it is about define."""
        return [name for file in self.proves.split() for name in re.findall(
            r"^[a-z][\w *]*?\b(\w+)\([^;{]*?\)\n\{",
            (root / "src" / f"fimg_{file}.c").read_text(), re.M)]

    def inlined(self):
        """Functions that are analysed as part of their caller."""
        match = re.search(r"-inline-calls (\S+)", self.options)
        return set(match[1].split(",")) if match else set()


def unroll(n):
    """Look at the first `n` passes of each loop apart."""
    return f"-eva-min-loop-unroll {n}"


def apart(*functions):
    """Keep apart what different results of a function mean."""
    return "-eva-split-return-function " + \
        ",".join(f"{name}:full" for name in functions)


# Statements that no input reaches, and why: how many of which function, or of
# what it and others were inlined into.
RULES = "the rules of the driver hold"
LABELS = "Frama-C's own, at the labels of a switch"
MARKED = "marked in the source"
UNREACHED = {
    "bundle:step": (1, "no window is longer than PIECE"),
    "der:step": (3, RULES),
    "head:step": (2, RULES),
    "field:note_part": (3, "a NUL is always found"),
    "pem:step": (4, RULES),
    "jsmn:main": (10, "jsmn is never asked only to count tokens"),
    "answer:fimg_answer_take": (1, "FIMG_RESUME is 1"),
    "fimg_retry_helps": (1, "FIMG_PROXY is 1"),
    "trust_ok": (3, "FIMG_BUNDLE is 1"),
    "framing_byte": (2, MARKED),
    "fimg_x509_why": (6, LABELS),
    "part": (1, LABELS),
    "token_part": (2, LABELS),
    "value": (1, LABELS),
}

STAGES = [
    Stage("request", "request", "text requests.c", options=unroll(4)),
    Stage("writer", "request", "text", options="-eva-slevel 1000"),
    Stage("head", "head", "text heads.c",
          options="-inline-calls fimg_head_feed -eva-slevel 100 " + unroll(4) +
          " " + apart("text_run", "keep", "status_line", "line_end",
                      "head_end")),
    Stage("run", "head", "text", options=unroll(25), included=True),
    Stage("name", "field", "text heads.c", included=True,
          host="fimg_field_take",
          options="-inline-calls find -eva-use-spec note " + unroll(165) +
          " -eva-slevel-function fimg_field_take:20000 " + apart("is_same")),
    Stage("field", "field", "text heads.c scan.c", defines="-Dmemchr=scan",
          included=True, host="note_part",
          options="-inline-calls note_range,number_before " +
          "-eva-slevel 5000 " + unroll(30) + " " + apart("scan")),
    Stage("chunk", "chunk", "text"),
    Stage("chunk_long", "chunk", "text", driver="chunk", defines="-DLONG=1",
          options="-eva-slevel 10"),
    Stage("body", "body", "chunk text"),
    Stage("body_long", "body", "chunk text", driver="body",
          defines="-DLONG=1", options="-eva-slevel 10"),
    Stage("der", "der", options="-inline-calls fimg_der_feed -eva-slevel 40 " +
          unroll(4) + " " + apart("header_byte")),
    Stage("der_long", "der", driver="der", defines="-DLONG=1",
          options="-eva-slevel 10"),
    Stage("pem", "bundle", "pems.c scan.c", defines="-Dmemchr=scan",
          options="-inline-calls fimg_pem_feed,body_run -eva-slevel 1000 " +
          apart("scan", "skip_body", "body_byte", "body_group",
                "outside_byte")),
    Stage("bundle", "bundle", "bearssl.c pems.c scan.c",
          defines="-Dmemchr=scan",
          options="-inline-calls fimg_bundle_feed,fimg_pem_feed,body_run,"
          "feed_der -eva-slevel 3000 " + unroll(6) + " " +
          apart("scan", "skip_body", "body_byte", "body_group", "outside_byte",
                "fimg_der_feed")),
    Stage("certificate", "x509", "text bearssl.c",
          options=apart("fimg_der_feed", "time_value") + " " + unroll(15)),
    Stage("roots", "roots", "bearssl.c", host="main",
          options="-inline-calls add_anchor,fimg_roots_find -eva-slevel 10 " +
          unroll(3)),
    Stage("api", "api", "text", included=True,
          options="-eva-slevel 300 " + unroll(8) + " " +
          apart("hex4", "put_utf8")),
    Stage("jsmn", "", host="main", options="-inline-calls jsmn_init,jsmn_parse,"
          "jsmn_alloc_token,jsmn_fill_token,jsmn_parse_string,"
          "jsmn_parse_primitive -eva-slevel 10 " + unroll(4)),
    Stage("error", "error", options="-eva-slevel 200"),
    Stage("answer", "answer", "heads.c", host="fimg_answer_take",
          options="-inline-calls take_body,deliver "
          "-eva-slevel 2000 -eva-domains equality " +
          apart("fimg_body_feed")),
    Stage("resume", "resume", "heads.c"),
    Stage("proxy", "proxy link", "heads.c",
          options=apart("judge", "judge_0", "fimg_link_swap", "any_result",
                        "port_send", "port_recv", "fimg_request_write",
                        "fimg_tls_out", "fimg_tls_in")),
    Stage("type", "type", options=unroll(12)),
    Stage("text", "text", options="-eva-slevel 1000 " +
          unroll(12) + " " + apart("utf8_len")),
    Stage("time", "text", driver="time"),
    Stage("token", "token", "request text", options=unroll(8)),
    Stage("session", "session", "text bearssl.c",
          options="-eva-slevel-function fimg_wipe:500"),
    Stage("advice", "advice"),
    Stage("retry", "retry"),
    Stage("limiter", "limiter"),
    Stage("timer", "timer"),
]

# Not one of them: the runner makes sure that it raises an alarm.
FAULT = Stage("fault", "chunk", "text")
