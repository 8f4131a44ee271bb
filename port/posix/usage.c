/*
 * usage.c: what -h and -V print.
 */
#define _POSIX_C_SOURCE 200809L

#include "usage.h"

#include <unistd.h>

#include "fimg.h"
#include "line.h"

static const char help[] =
    "Usage: feishu-image [options] KEY...\n"
    "       feishu-image -m MESSAGE_ID [options] KEY...\n"
    "Download images from Feishu by their image_key (img_...), or what a "
    "message\n"
    "holds by its key there.\n"
    "\n"
    "Where to:\n"
    "  -o, --output FILE        write to FILE; - is standard output; one KEY "
    "only\n"
    "  -d, --output-dir DIR     write to DIR, as KEY.jpg, KEY.png ...; default "
    ".\n"
    "  -n, --skip-existing      leave images that are already there\n"
    "\n"
    "Where from:\n"
    "  -i, --input FILE         read more KEYs, one a line; - is standard "
    "input\n"
    "  -m, --message ID         the message (om_...) that holds what is "
    "wanted\n"
    "      --type image|file    which of the two it is; default image\n"
    "      --base-url URL       default https://open.feishu.cn\n"
    "      --lark               the same as --base-url "
    "https://open.larksuite.com\n"
    "      --token-file FILE    a file with the tenant_access_token\n"
    "      --app-secret-file FILE  a file with the app's secret\n"
    "      --cacert FILE        trust the root certificates in this PEM file\n"
    "      --pin sha256//B64    accept this public key only; more may be "
    "given\n"
    "      --proxy URL          http://[user:password@]host[:port]\n"
    "  -4, -6                   IPv4 only, IPv6 only\n"
    "\n"
    "Limits:\n"
    "  -P, --parallel N         downloads at once, up to 16; default 1\n"
    "      --max-size BYTES     k and M may follow; default 10M, with -m 100M\n"
    "      --connect-timeout S  seconds to connect in; default 10\n"
    "      --idle-timeout S     seconds without a byte; default 15\n"
    "      --max-time S         seconds an image may take; default 120\n"
    "      --retry N            further attempts, where they can help; default "
    "3\n"
    "\n"
    "      --json               tell of each KEY on standard output, in JSON\n"
    "  -s, --silent             no progress bar; errors are still printed\n"
    "  -v, --verbose            tell what happens\n"
    "  -h, --help               print this\n"
    "  -V, --version            print the version\n"
    "\n"
    "Environment: FEISHU_TENANT_ACCESS_TOKEN, or FEISHU_APP_ID with\n"
    "FEISHU_APP_SECRET; FEISHU_BASE_URL, SSL_CERT_FILE, https_proxy, no_proxy\n"
    "\n"
    "Exit code: 0 all complete, 2 usage or credentials, 3 network, 4 time\n"
    "limit, 5 TLS or certificate, 6 malformed reply, 7 refused by Feishu,\n"
    "8 local file. Of several KEYs the first that failed decides.\n";

static const char version[] = "feishu-image " FIMG_VERSION "\n"
                              "Built with BearSSL; speaks TLS 1.2.\n";

int usage_help(void)
{
    return write_all(STDOUT_FILENO, help, sizeof help - 1);
}

int usage_version(void)
{
    return write_all(STDOUT_FILENO, version, sizeof version - 1);
}
