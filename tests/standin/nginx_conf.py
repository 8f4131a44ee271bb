"""The nginx configuration that makes nginx answer as Feishu's API does.

Three files: nginx.conf; maps.conf, which turns keys into internal paths and
those into texts and headers; api.conf, the few locations behind those paths,
the same for every server.

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
  img_err_<code>        the error of api.ERRORS with that code
  img_json_200          error 99991663 in a 200
  img_<other>           the replies of api.PLAIN_REPLIES: img_http_404,
                        img_http_302, img_json_ok, img_empty, img_empty_400 ...

Any other key is answered with 234001, any other path or method with a text
404. The token is looked at first.
"""

import pathlib
import re

import api
import images

ROOT = "/open-apis/im/v1/images/"
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
}

TLS12 = {"protocols": "TLSv1.2"}
# Lets OpenSSL present certificates and speak versions it thinks too weak.
WEAK = {"suites": "HIGH:!aNULL:!MD5:@SECLEVEL=0"}
# server: certificate of pki.py, if not of the same name, and what nginx
# should offer, if not TLS 1.2 and 1.3 with the usual suites.
SERVERS = {
    "rsa": {},
    "ecdsa": {},
    "ec384": {},
    "chain5": {},
    "aes128": {"pki": "rsa", **TLS12, "suites": "ECDHE-RSA-AES128-GCM-SHA256"},
    "aes256": {"pki": "rsa", **TLS12, "suites": "ECDHE-RSA-AES256-GCM-SHA384"},
    "chacha": {"pki": "rsa", **TLS12,
               "suites": "ECDHE-RSA-CHACHA20-POLY1305"},
    "tls13": {"pki": "rsa", "protocols": "TLSv1.3"},
    "tls11": {"pki": "rsa", "protocols": "TLSv1.1", **WEAK},
    "cbc": {"pki": "rsa", **TLS12, "suites": "ECDHE-RSA-AES128-SHA256"},
    "rsakx": {"pki": "rsa", **TLS12, "suites": "AES128-GCM-SHA256"},
    "bad-sha1": WEAK,
    "bad-rsa1024": WEAK,
}


def servers(names):
    """SERVERS, and one with the usual suites for each further PKI name."""
    return {**SERVERS, **{n: {} for n in names if n not in SERVERS}}


def write(folder, *, token, ports, chain_file, key_file, image_files):
    """Write the files into `folder`.

    `ports` maps the names of servers() to port numbers, `image_files` image
    keys to paths; `chain_file` and `key_file` turn a PKI name into a path.
    """
    folder = pathlib.Path(folder)
    (folder / "maps.conf").write_text(_maps(image_files))
    (folder / "api.conf").write_text(_api())
    options = servers(ports)
    blocks = [_server(port, options[name],
                      chain_file(options[name].get("pki", name)),
                      key_file(options[name].get("pki", name)))
              for name, port in ports.items()]
    (folder / "nginx.conf").write_text(
        MAIN.replace("TOKEN", re.escape(token))
        .replace("SERVERS", "\n".join(blocks)))


# One process: nothing can be left behind when it ends, and started as root it
# reads its files as root. Paths are below the folder given by -p.
MAIN = r"""
daemon off;
master_process off;
pid nginx.pid;
lock_file nginx.lock;
error_log error.log warn;
events { worker_connections 512; }
http {
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    log_format standin '$request_method $request_uri $status $connection '
                       '$connection_requests $ssl_protocol $ssl_cipher '
                       '$ssl_session_reused';
    access_log access.log standin;
    server_tokens off;
    ssl_session_cache shared:tls:1m;
    map_hash_bucket_size 512;

    # Which error the Authorization header calls for, if any.
    map $http_authorization $refusal {
        default /error/400/99991661;
        "~^Bearer TOKEN$" "";
        "~^Bearer eyJ" /error/400/99991668;
        "~^Bearer " /error/400/99991663;
    }
    map $time_iso8601 $now {
        "~^(?<yy>.{4})-(?<mo>..)-(?<dd>..)T(?<hh>..):(?<mi>..):(?<ss>..)"
            "$yy$mo$dd$hh$mi$ss";
    }
    map $request_id $log_id {
        "~^(?<short_id>.{20})" "$now$short_id";
    }
    map $request_id $uuid {
        "~^(?<p1>.{8})(?<p2>.{4})(?<p3>.{4})(?<p4>.{4})(?<p5>.{12})"
            "$p1-$p2-$p3-$p4-$p5";
    }
    map "" $nothing { default ""; }
    include maps.conf;
SERVERS
}
"""


def _server(port, options, chain, key):
    protocols = options.get("protocols", "TLSv1.2 TLSv1.3")
    suites = options.get("suites", "HIGH:!aNULL:!MD5")
    return f"""
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {_quoted(chain)};
        ssl_certificate_key {_quoted(key)};
        ssl_protocols {protocols};
        ssl_ciphers {suites};
        include api.conf;
    }}"""


def _maps(image_files):
    """What depends on the key, as maps, and the headers of every reply."""
    error_paths = {code: f"/error/{status}/{code}"
                   for status, code, _ in api.ERRORS}
    paths = {f"img_err_{code}": path for code, path in error_paths.items()}
    for name in [*api.PLAIN_REPLIES, *(f"http_{s}" for s in api.REDIRECTS)]:
        paths[f"img_{name}"] = f"/reply/{name}"
    paths["img_json_200"] = "/error/200/99991663"
    for key, path in image_files.items():
        file = pathlib.Path(path).name
        paths[key] = f"/file/plain/{file}"
        for way in WAYS:
            paths[f"img_{way}_{key.split('_', 3)[3]}"] = f"/file/{way}/{file}"
    texts = {error_paths[code]: api.error_json(code, msg, "$log_id")
             for _, code, msg in api.ERRORS}
    texts["/error/200/99991663"] = texts[error_paths[99991663]]

    headers = {"Request-Id": "$uuid", "X-Request-Id": "$uuid",
               "X-Tt-Logid": "$log_id", "X-Timestamp": "$msec",
               **api.noise_headers()}
    special = {error_paths[code]: extra
               for code, extra in api.EXTRA_HEADERS.items()}
    for name, (_, _, _, extra) in api.PLAIN_REPLIES.items():
        special[f"/reply/{name}"] = extra
    maps = (_map("$key", "$path", paths, default=error_paths[234001])
            + _map("$uri", "$error_json", texts))
    # nginx leaves out a header whose value is empty.
    for name in sorted({n for extra in special.values() for n in extra}):
        headers[name] = "$reply_" + name.lower().replace("-", "_")
        maps += _map("$uri", headers[name],
                     {path: extra[name] for path, extra in special.items()
                      if name in extra})
    # Given only to requests that name a media type, as the real API says.
    headers["Content-Disposition"] = "$disposition"
    maps += _map("$uri:$http_content_type", "$disposition",
                 {"~*^/file/.*:application/json":
                  'attachment; filename="图片 1.png"'})
    return maps + "".join(f"add_header {name} {_quoted(value)} always;\n"
                          for name, value in headers.items())


def _map(source, target, values, default=""):
    lines = "".join(f"    {_quoted(key)} {_quoted(value)};\n"
                    for key, value in values.items())
    return (f"map {_quoted(source)} {target} {{\n"
            f"    default {_quoted(default)};\n{lines}}}\n")


def _api():
    """The locations. Only the first two can be asked for from outside."""
    types = " ".join(f"{media_type} {ending};"
                     for ending, media_type in images.MEDIA_TYPES.items())
    text = f"""
default_type text/plain;
types {{ {types} }}
rewrite ^{PREFIX}(/open-apis/.*)$ $1 last;
location / {{ return 404 "404 page not found"; }}
# Keys are in small letters; maps do not tell large ones apart.
location ~ ^{ROOT}(?<key>[A-Za-z0-9_.-]+)$ {{
    if ($request_method != GET) {{ rewrite ^ /reply/http_404 last; }}
    if ($refusal) {{ rewrite ^ $refusal last; }}
    if ($key ~ [A-Z]) {{ rewrite ^ /error/400/234001 last; }}
    rewrite ^ $path last;
}}
"""
    for way, directives in WAYS.items():
        text += f"location /file/{way}/ {{\n    internal; alias images/;\n" \
                f"    {directives}\n}}\n"
    for status in sorted({200, *(status for status, _, _ in api.ERRORS)}):
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
        argument = _quoted(text) if text else "$nothing"
    return (f"location = /reply/{name} {{\n    internal;\n"
            f"    default_type {media_type or 'text/plain'};\n"
            f"    return {status} {argument};\n}}\n")


def _quoted(text):
    return "'" + str(text).replace("\\", "\\\\").replace("'", "\\'") + "'"
