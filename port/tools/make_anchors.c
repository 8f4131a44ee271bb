/*
 * make_anchors.c: root certificates in PEM in, C source with anchors out.
 *
 *     make-anchors [-n NAME] FILE.pem... > anchors.c
 *
 * The output defines `const struct fimg_anchors NAME`; see src/fimg_anchors.h.
 * It depends on the set of roots only: not on their order, on files, on
 * repetitions or on the day. Every certificate is checked before anything is
 * written: all that the library could not use is refused.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "anchor_source.h"

#define EXIT_REFUSED 1 /* a certificate is unfit, or the output failed */
#define EXIT_USAGE 2   /* bad usage, or a file that cannot be understood */

#define ROOTS_MAX 1024
#define DAYS_TO_1970 719528 /* since year 0, as BearSSL counts */

/* What the PEM text is in. */
enum inside { INSIDE_NOTHING, INSIDE_CERTIFICATE, INSIDE_OTHER };

/* The file that is being read, and the certificate in it. */
struct reader {
    const char *file;
    enum inside inside;
    unsigned number;   /* of the certificate, from 1 */
    struct root *root; /* that it becomes */
    br_pem_decoder_context pem;
    br_x509_decoder_context x509;
    br_sha256_context sha256;
};

static struct root roots[ROOTS_MAX];
static size_t root_count;
static bool refused; /* any certificate so far */

/* One line on standard error. Returns the usual exit code for it. */
static int fail(const char *subject, const char *what)
{
    (void)fprintf(stderr, "make-anchors: %s: %s\n", subject, what);
    return EXIT_USAGE;
}

/* The same about a certificate. */
static void tell(const struct reader *r, const char *what)
{
    const char *label = r->root->label;

    (void)fprintf(stderr, "make-anchors: %s, certificate %u%s%s%s: %s\n",
                  r->file, r->number, *label ? " (" : "", label,
                  *label ? ")" : "", what);
}

/* --- checks -------------------------------------------------------------- */

/* NULL if it can be a root, which then has its key; else why not. */
static const char *check(struct reader *r)
{
    switch (br_x509_decoder_last_error(&r->x509)) {
    case 0:
        break;
    case BR_ERR_X509_UNSUPPORTED:
        return "its key is neither RSA nor on a NIST curve";
    case BR_ERR_X509_LIMIT_EXCEEDED:
        return "its key is larger than RSA with 4096 bits";
    default:
        return "this is no valid certificate";
    }
    if (r->root->dn_len > DN_MAX)
        return "its subject is longer than 1024 bytes";
    if (!br_x509_decoder_isCA(&r->x509))
        return "this is not a CA certificate";
    return root_set_key(r->root, br_x509_decoder_get_pkey(&r->x509));
}

/* BearSSL does not look at the dates of a root, but others will. */
static void warn_of_end(const struct reader *r)
{
    int64_t today = (int64_t)time(NULL) / 86400 + DAYS_TO_1970;
    int64_t last = r->x509.notafter_days;

    if (last < today)
        tell(r, "warning: it has expired");
    else if (last < today + 365)
        tell(r, "warning: it expires within a year");
}

/* --- reading ------------------------------------------------------------- */

/* BearSSL hands over the subject's name in pieces. */
static void append_dn(void *ctx, const void *bytes, size_t len)
{
    struct root *root = ctx;

    if (root->dn_len > DN_MAX || len > DN_MAX - root->dn_len) {
        root->dn_len = DN_MAX + 1;
        return;
    }
    memcpy(root->dn + root->dn_len, bytes, len);
    root->dn_len += len;
}

static void append_der(void *ctx, const void *bytes, size_t len)
{
    struct reader *r = ctx;
    int error = br_x509_decoder_last_error(&r->x509);

    /* BearSSL 0.6 must not be fed after an error: its decoder would go on */
    if (error == 0 || error == BR_ERR_X509_TRUNCATED)
        br_x509_decoder_push(&r->x509, bytes, len);
    br_sha256_update(&r->sha256, bytes, len);
}

static void begin(struct reader *r)
{
    r->number++;
    r->root = &roots[root_count];
    *r->root = (struct root){ .dn_len = 0 };
    br_x509_decoder_init(&r->x509, append_dn, r->root);
    br_sha256_init(&r->sha256);
}

/* A certificate is complete. Returns an exit code. */
static int end(struct reader *r)
{
    const char *wrong;

    root_set_label(r->root);
    wrong = check(r);
    if (wrong != NULL) {
        tell(r, wrong);
        refused = true;
        return 0;
    }
    if (root_count + 1 == ROOTS_MAX) {
        tell(r, "too many certificates");
        return EXIT_USAGE;
    }
    warn_of_end(r);
    br_sha256_out(&r->sha256, r->root->hash);
    root_count++;
    return 0;
}

/* BearSSL keeps the hyphens behind the name if CR or blanks follow them. */
static bool is_certificate(const char *name)
{
    static const char wanted[] = "CERTIFICATE";
    size_t len = sizeof wanted - 1;

    return strncmp(name, wanted, len) == 0 &&
           strspn(name + len, "- \t\r") == strlen(name + len);
}

/* Something begins or ends in the PEM text. Returns an exit code. */
static int pem_event(struct reader *r)
{
    enum inside inside = r->inside;

    switch (br_pem_decoder_event(&r->pem)) {
    case 0:
        return 0;
    case BR_PEM_BEGIN_OBJ:
        r->inside = INSIDE_OTHER;
        br_pem_decoder_setdest(&r->pem, NULL, NULL);
        if (is_certificate(br_pem_decoder_name(&r->pem))) {
            r->inside = INSIDE_CERTIFICATE;
            begin(r);
            br_pem_decoder_setdest(&r->pem, append_der, r);
        } else {
            (void)fail(r->file, "warning: it holds more than certificates; "
                                "the rest is left out");
        }
        return 0;
    case BR_PEM_END_OBJ:
        r->inside = INSIDE_NOTHING;
        return inside == INSIDE_CERTIFICATE ? end(r) : 0;
    default:
        return fail(r->file, "not valid PEM");
    }
}

static int feed(struct reader *r, const unsigned char *at, size_t len)
{
    int code = 0;

    while (len > 0 && code == 0) {
        size_t n = br_pem_decoder_push(&r->pem, at, len);

        at += n;
        len -= n;
        code = pem_event(r);
    }
    return code;
}

/* Feed the whole file, without a byte order mark, and an end of line that may
   be missing. Returns an exit code. */
static int feed_file(struct reader *r, FILE *in)
{
    static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
    unsigned char block[4096];
    size_t n = fread(block, 1, sizeof block, in), skip = 0;
    int code = 0;

    if (n >= sizeof mark && memcmp(block, mark, sizeof mark) == 0)
        skip = sizeof mark;
    while (n > 0 && code == 0) {
        code = feed(r, block + skip, n - skip);
        skip = 0;
        n = fread(block, 1, sizeof block, in);
    }
    if (ferror(in))
        return fail(r->file, strerror(errno));
    return code ? code : feed(r, (const unsigned char *)"\n", 1);
}

static int read_file(const char *file)
{
    struct reader r = { .file = file };
    FILE *in = fopen(file, "rb");
    int code;

    if (in == NULL)
        return fail(file, strerror(errno));
    br_pem_decoder_init(&r.pem);
    code = feed_file(&r, in);
    (void)fclose(in);
    if (code)
        return code;
    if (r.inside != INSIDE_NOTHING)
        return fail(file, "it is cut short");
    return r.number ? 0 : fail(file, "no certificate in PEM in it");
}

/* --- the command --------------------------------------------------------- */

static int usage(FILE *out)
{
    (void)fputs("usage: make-anchors [-n NAME] FILE.pem... > anchors.c\n"
                "Turns root certificates in PEM into C source that defines "
                "`const struct\nfimg_anchors NAME` (default: "
                "fimg_anchors_builtin).\n",
                out);
    return EXIT_USAGE;
}

static bool is_identifier(const char *name)
{
    static const char chars[] =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";

    return strspn(name, chars + 10) > 0 && name[strspn(name, chars)] == '\0';
}

static int write_all(const char *name)
{
    roots_write(stdout, name, roots, roots_sort(roots, root_count));
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EXIT_SUCCESS;
    (void)fail("standard output", strerror(errno));
    return EXIT_REFUSED;
}

int main(int argc, char **argv)
{
    const char *name = "fimg_anchors_builtin";
    int option, code;

    while ((option = getopt(argc, argv, "hn:")) != -1) {
        if (option == 'h') {
            (void)usage(stdout);
            return EXIT_SUCCESS;
        }
        if (option != 'n')
            return usage(stderr);
        name = optarg;
    }
    if (!is_identifier(name))
        return fail("-n", "give a C identifier");
    if (optind == argc)
        return usage(stderr);
    for (; optind < argc; optind++) {
        code = read_file(argv[optind]);
        if (code)
            return code;
    }
    return refused ? EXIT_REFUSED : write_all(name);
}
