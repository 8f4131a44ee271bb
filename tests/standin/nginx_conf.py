"""The nginx configuration of the stand-in: servers, certificates, log.

What the servers answer is in api_conf.py, the same for each.
"""

import pathlib
import re

import api_conf

TLS12 = {"protocols": "TLSv1.2"}
# Lets OpenSSL present certificates and speak versions it thinks too weak.
WEAK = {"suites": "HIGH:!aNULL:!MD5:@SECLEVEL=0"}
# server: certificate of pki.py, if not of the same name, and what nginx
# should offer, if not TLS 1.2 and 1.3 with the usual suites. All but one
# resume sessions by id and by ticket, `tickets` by ticket only.
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
    "tickets": {"pki": "rsa", **TLS12, "session_cache": "off"},
    "rsakx": {"pki": "rsa", **TLS12, "suites": "AES128-GCM-SHA256"},
    "bad-sha1": WEAK,
    "bad-rsa1024": WEAK,
}


def servers(names):
    """SERVERS, and one with the usual suites for each further PKI name."""
    return {**SERVERS, **{n: {} for n in names if n not in SERVERS}}


def write(folder, *, token, ports, chain_file, key_file, image_files,
          other_files, gate_port, ask_file):
    """Write the files into `folder`.

    `ports` maps the names of servers() to port numbers, `image_files` image
    keys to paths, `other_files` file keys; `chain_file` and `key_file` turn a
    PKI name into a path. At `gate_port` the Gatekeeper answers.
    """
    folder = pathlib.Path(folder)
    (folder / "maps.conf").write_text(api_conf.maps(
        api_conf.image_paths(image_files), api_conf.file_paths(other_files)))
    (folder / "api.conf").write_text(api_conf.locations())
    (folder / "answer.conf").write_text(
        api_conf.ANSWER.replace("ASK_FILE", api_conf.quoted(ask_file)))
    (folder / "gate.conf").write_text(api_conf.GATE)
    options = servers(ports)
    blocks = [_server(port, options[name],
                      chain_file(options[name].get("pki", name)),
                      key_file(options[name].get("pki", name)))
              for name, port in ports.items()]
    (folder / "nginx.conf").write_text(
        MAIN.replace("TOKEN", re.escape(token))
        .replace("GATE", f"127.0.0.1:{gate_port}")
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
    map_hash_bucket_size 512;
    map_hash_max_size 4096;
    upstream gate { server GATE; keepalive 8; keepalive_timeout 20s; }

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
    cache = options.get("session_cache", "shared:tls:1m")
    return f"""
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {api_conf.quoted(chain)};
        ssl_certificate_key {api_conf.quoted(key)};
        ssl_protocols {protocols};
        ssl_ciphers {suites};
        ssl_session_cache {cache};
        include api.conf;
    }}"""
