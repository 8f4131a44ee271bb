"""The locations and maps that make nginx answer as Feishu's API does.

Keys, all below /open-apis/im/v1/images/ (and the same below /some/prefix, for
base URLs with a path):

  <key of images.py>    the image
  img_chunked_<name>    the same image (name: the key without img_v3_0000_)
                        sent chunked
  img_eof_<name>        without length, ended by close_notify
  img_close_<name>      with length and Connection: close
  img_slow_<name>       at 100 KB a second
  img_octet_<name>      as application/octet-stream
  img_wrong_<name>      as image/x-wrong
  img_notype_<name>     without Content-Type
  img_noranges_<name>   without ETag, and Range is ignored
  img_nocache_<name>    with the headers of a reply that is not to be kept
  img_many_<digits>     the image png-20k, under as many keys as one likes
  img_err_<code>        the error of api.BY_CODE with that code
  img_json_200          error 99991663 in a 200
  img_<other>           the replies of api.PLAIN_REPLIES: img_http_404,
                        img_http_302, img_json_ok, img_empty, img_empty_400 ...

Any other key is answered with 234001, any other path or method with a text
404. The token is looked at first.

Message resources, at /open-apis/im/v1/messages/<id>/resources/<key>?type=...:
with the id resources.MESSAGE the same keys for type=image, and for type=file

  <key of resources.py>  the file; Range, ETag and If-Range work
  file_<way>_<name>      the same in one of the ways of images
  file_err_<code>        the error with that code

Any other key, or one of the other type, is answered with 234003, as is any
other message om_<...>; om_err_<code> with the error of that code; an unfit id
or type with 234001.

Token endpoints (POST): /open-apis/auth/v3/tenant_access_token/internal,
/open-apis/auth/v3/tenant_access_token for store apps, /oauth/v3/token. They
are the Gatekeeper's, and while its ask file exists so is the decision about
every image request.
"""

import pathlib

import api
import images
import resources

ROOT = "/open-apis/im/v1/"
NAME = "[A-Za-z0-9_.-]+"
AUTH = "/open-apis/auth/v3/tenant_access_token"
TOKEN_PATHS = {"internal": f"{AUTH}/internal", "store": AUTH,
               "oauth": "/oauth/v3/token"}
PREFIX = "/some/prefix"

# How to serve an image, for keys img_<way>_<name>. SSI is looked for in the
# image, in vain, because nginx then cannot know its length beforehand.
WAYS = {
    "plain": "",
    "chunked": "ssi on; ssi_types *;",
    "eof": "ssi on; ssi_types *; chunked_transfer_encoding off;",
    "close": "keepalive_timeout 0;",
    "slow": "limit_rate 100k;",
    "octet": "types { } default_type application/octet-stream;",
    "wrong": "types { } default_type image/x-wrong;",
    "notype": "types { } default_type '';",
    "noranges": "max_ranges 0; etag off;",
    "nocache": "expires -1;",
}


def _error_paths():
    return {code: f"/error/{status}/{code}"
            for code, (status, _) in api.BY_CODE.items()}


def image_paths(image_files):
    """key -> internal path, of everything that is asked for as an image."""
    paths = {f"img_err_{code}": path for code, path in _error_paths().items()}
    for name in [*api.PLAIN_REPLIES, *(f"http_{s}" for s in api.REDIRECTS)]:
        paths[f"img_{name}"] = f"/reply/{name}"
    paths["img_json_200"] = "/error/200/99991663"
    paths |= _ways("img", image_files)
    return paths | {"~^img_many_[0-9]+$": paths[images.KEYS["png-20k"]]}


def file_paths(files):
    """The same of what is asked for as a file."""
    paths = {f"file_err_{code}": path for code, path in _error_paths().items()}
    return paths | _ways("file", files)


def _ways(kind, files):
    paths = {}
    for key, path in files.items():
        file = pathlib.Path(path).name
        paths[key] = f"/{kind}/plain/{file}"
        for way in WAYS:
            paths[f"{kind}_{way}_{key.split('_', 3)[3]}"] = \
                f"/{kind}/{way}/{file}"
    return paths


def maps(images_at, files_at):
    """What depends on the key, as maps, and the headers of every reply."""
    return _key_maps(images_at, files_at) + _error_map() + _headers()


def _key_maps(images_at, files_at):
    """Where what is asked for lies, or the error for which it calls."""
    errors = _error_paths()
    messages = {f"om_err_{code}": path for code, path in errors.items()}
    messages |= {resources.MESSAGE: "", "~^om_": errors[234003]}
    keys = {f"image:{key}": path for key, path in images_at.items()}
    keys |= {f"file:{key}": path for key, path in files_at.items()}
    return (_map("$key", "$image", images_at, errors[234001])
            + _map("$message", "$message_error", messages, errors[234001])
            + _map("$arg_type", "$type_error", {"image": "", "file": ""},
                   errors[234001])
            + _map("$arg_type:$key", "$resource", keys, errors[234003]))


def _error_map():
    errors = _error_paths()
    texts = {errors[code]: api.error_json(code, msg, "$log_id")
             for code, (_, msg) in api.BY_CODE.items()}
    texts["/error/200/99991663"] = texts[errors[99991663]]
    return _map("$uri", "$error_json", texts)


def _headers():
    """The headers of every reply, and of some."""
    headers = {"Request-Id": "$uuid", "X-Request-Id": "$uuid",
               "X-Tt-Logid": "$log_id", "X-Timestamp": "$msec",
               **api.noise_headers()}
    special = {_error_paths()[code]: extra
               for code, extra in api.EXTRA_HEADERS.items()}
    for name, (_, _, _, extra) in api.PLAIN_REPLIES.items():
        special[f"/reply/{name}"] = extra
    text = ""
    # nginx leaves out a header whose value is empty.
    for name in sorted({n for extra in special.values() for n in extra}):
        headers[name] = "$reply_" + name.lower().replace("-", "_")
        text += _map("$uri", headers[name],
                     {path: extra[name] for path, extra in special.items()
                      if name in extra})
    # Given only to requests that name a media type, as the real API says.
    headers["Content-Disposition"] = "$disposition"
    text += _map("$uri:$http_content_type", "$disposition", {
        "~*^/img/.*:application/json": 'attachment; filename="图片 1.png"',
        "~*^/file/.*:application/json": 'attachment; filename="文件 1.pdf"'})
    return text + "".join(f"add_header {name} {quoted(value)} always;\n"
                          for name, value in headers.items())


def _map(source, target, values, default=""):
    lines = "".join(f"    {quoted(key)} {quoted(value)};\n"
                    for key, value in values.items())
    return (f"map {quoted(source)} {target} {{\n"
            f"    default {quoted(default)};\n{lines}}}\n")


# `target` is an internal path. Keys are in small letters; maps do not tell
# large ones apart.
LOCATIONS = """
location / { return 404 "404 page not found"; }
location ~ ^ROOTimages/(?<key>NAME)$ {
    set $kind images;
    set $target $image;
    if ($key ~ [A-Z]) { set $target /error/400/234001; }
    include answer.conf;
}
location ~ ^ROOTmessages/(?<message>NAME)/resources/(?<key>NAME)$ {
    set $kind messages;
    set $target $resource;
    if ($key ~ [A-Z]) { set $target /error/400/234003; }
    if ($message_error) { set $target $message_error; }
    if ($type_error) { set $target $type_error; }
    include answer.conf;
}
location = /decide {
    internal;
    proxy_pass http://gate;
    proxy_set_header X-Kind $kind;
    proxy_set_header X-Target $target;
    include gate.conf;
}
"""
ANSWER = """
if ($request_method != GET) { rewrite ^ /reply/http_404 last; }
if (-f ASK_FILE) { rewrite ^ /decide last; }
if ($refusal) { rewrite ^ $refusal last; }
rewrite ^ $target last;
"""
GATE = """
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header X-Log-Id $log_id;
"""
TOKEN_LOCATION = """
location ~ ^PATH/?$ {
    if ($request_method != POST) { rewrite ^ /reply/http_404 last; }
    rewrite ^ /token/KIND break;
    proxy_pass http://gate;
    include gate.conf;
}
"""


def locations():
    """The locations: of the API, and behind them internal ones."""
    types = " ".join(f"{media_type} {ending};"
                     for ending, media_type in images.MEDIA_TYPES.items())
    text = f"""
default_type text/plain;
types {{ {types} application/octet-stream bin; }}
rewrite ^{PREFIX}(/.*)$ $1 last;
"""
    text += LOCATIONS.replace("ROOT", ROOT).replace("NAME", NAME)
    for kind, path in TOKEN_PATHS.items():
        text += TOKEN_LOCATION.replace("PATH", path).replace("KIND", kind)
    for way, directives in WAYS.items():
        for kind, folder in (("img", "images"), ("file", "files")):
            text += (f"location /{kind}/{way}/ {{\n    internal;\n"
                     f"    alias {folder}/;\n    {directives}\n}}\n")
    statuses = {200, *(status for status, _ in api.BY_CODE.values())}
    for status in sorted(statuses):
        text += (f"location /error/{status}/ {{\n    internal;\n"
                 f"    default_type application/json;\n"
                 f"    return {status} $error_json;\n}}\n")
    for name, (status, media_type, body, _) in api.PLAIN_REPLIES.items():
        text += _reply(name, status, media_type, body)
    for status, place in api.REDIRECTS.items():
        text += _reply(f"http_{status}", status, "text/html", place)
    return text


def _reply(name, status, media_type, text):
    if text is None:
        argument = ""
    else:
        # For an empty literal nginx would send a page of its own.
        argument = quoted(text) if text else "$nothing"
    return (f"location = /reply/{name} {{\n    internal;\n"
            f"    default_type {media_type or 'text/plain'};\n"
            f"    return {status} {argument};\n}}\n")


def quoted(text):
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"
