/*
 * anchor_source.c: roots, and how they are written as C source.
 *
 * What is written depends on the set of roots only. Of certificates that share
 * name and key, which make the same anchor, the one with the smallest hash
 * stands for all.
 */
#include "anchor_source.h"

#include <stdlib.h>
#include <string.h>

#define BYTES_A_LINE 12

/* --- names --------------------------------------------------------------- */

struct span {
    const unsigned char *at;
    size_t len;
};

/* Take a DER element off the front of `in`: its tag, or -1. */
static int take(struct span *in, struct span *value)
{
    size_t len, head = 2;
    int tag;

    if (in->len < 2)
        return -1;
    tag = in->at[0];
    len = in->at[1];
    if (len == 0x81 && in->len > 2) {
        len = in->at[2];
        head = 3;
    } else if (len == 0x82 && in->len > 3) {
        len = (size_t)in->at[2] << 8 | in->at[3];
        head = 4;
    } else if (len >= 0x80) {
        return -1;
    }
    if (len > in->len - head)
        return -1;
    *value = (struct span){ in->at + head, len };
    *in = (struct span){ in->at + head + len, in->len - head - len };
    return tag;
}

/* The first value of the attribute 2.5.4.`number`, or an empty span. */
static struct span attribute(const struct root *root, unsigned char number)
{
    struct span in = { root->dn, root->dn_len }, dn, set, pair, oid, value;

    if (root->dn_len > DN_MAX || take(&in, &dn) < 0)
        return (struct span){ NULL, 0 };
    while (take(&dn, &set) >= 0)
        while (take(&set, &pair) >= 0)
            if (take(&pair, &oid) == 6 && oid.len == 3 && oid.at[0] == 0x55 &&
                oid.at[1] == 4 && oid.at[2] == number &&
                take(&pair, &value) >= 0)
                return value;
    return (struct span){ NULL, 0 };
}

/* Append text in such a way that neither a comment nor a terminal takes harm:
   no end of the comment, no trigraph, no escape. */
static void add(char *label, const char *kind, struct span text)
{
    size_t n = strlen(label), i;

    n += (size_t)snprintf(label + n, LABEL_MAX - n, "%s%s=", n ? ", " : "",
                          kind);
    for (i = 0; i < text.len && n + 1 < LABEL_MAX; i++) {
        unsigned char c = text.at[i];

        if (c >= 0x80 && c < 0xc0)
            continue; /* the rest of a UTF-8 character */
        if (c < 0x20 || c > 0x7e || c == '*' || c == '\\' || c == '?')
            c = '_';
        label[n++] = (char)c;
    }
    if (n < LABEL_MAX)
        label[n] = '\0';
}

void root_set_label(struct root *root)
{
    struct span common = attribute(root, 3), unit = attribute(root, 11);
    struct span organization = attribute(root, 10);

    root->label[0] = '\0';
    if (common.len > 0)
        add(root->label, "CN", common);
    else if (unit.len > 0)
        add(root->label, "OU", unit);
    if (organization.len > 0)
        add(root->label, "O", organization);
}

/* --- order --------------------------------------------------------------- */

static int compare_bytes(const void *a, size_t a_len, const void *b,
                         size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* Order of what makes an anchor: name and key. */
static int compare_anchors(const struct root *a, const struct root *b)
{
    int order = compare_bytes(a->dn, a->dn_len, b->dn, b->dn_len);

    if (order == 0)
        order = a->key_type - b->key_type;
    if (order == 0)
        order = a->curve - b->curve;
    if (order == 0)
        order = compare_bytes(a->key, a->n_len, b->key, b->n_len);
    return order ? order
                 : compare_bytes(a->key + a->n_len, a->e_len, b->key + b->n_len,
                                 b->e_len);
}

static int compare(const void *left, const void *right)
{
    const struct root *a = left, *b = right;
    int order = compare_anchors(a, b);

    return order ? order : memcmp(a->hash, b->hash, sizeof a->hash);
}

size_t roots_sort(struct root *roots, size_t count)
{
    size_t kept = 0, i;

    qsort(roots, count, sizeof *roots, compare);
    for (i = 0; i < count; i++)
        if (kept == 0 || compare_anchors(&roots[kept - 1], &roots[i]) != 0)
            roots[kept++] = roots[i];
    return kept;
}

/* --- writing ------------------------------------------------------------- */

static void write_bytes(FILE *out, const char *name, size_t number,
                        const unsigned char *at, size_t len)
{
    size_t i;

    fprintf(out, "static const unsigned char %s_%zu[] = {", name, number);
    for (i = 0; i < len; i++)
        fprintf(out, "%s0x%02x,", i % BYTES_A_LINE ? " " : "\n    ", at[i]);
    fprintf(out, "\n};\n");
}

static void write_root(FILE *out, const struct root *root, size_t number)
{
    size_t i;

    fprintf(out, "\n/*\n * %s\n * SHA-256 ",
            root->label[0] ? root->label : "(no name)");
    for (i = 0; i < sizeof root->hash; i++)
        fprintf(out, "%02x", root->hash[i]);
    fprintf(out, "\n */\n");
    write_bytes(out, "dn", number, root->dn, root->dn_len);
    if (root->key_type == BR_KEYTYPE_EC) {
        write_bytes(out, "q", number, root->key, root->n_len);
        return;
    }
    write_bytes(out, "n", number, root->key, root->n_len);
    write_bytes(out, "e", number, root->key + root->n_len, root->e_len);
}

static const char *curve_name(int curve)
{
    switch (curve) {
    case BR_EC_secp256r1:
        return "BR_EC_secp256r1";
    case BR_EC_secp384r1:
        return "BR_EC_secp384r1";
    default:
        return "BR_EC_secp521r1";
    }
}

/* An element of the list; BearSSL's pointers are not const, though it does not
   write where they lead. */
static void write_anchor(FILE *out, const struct root *root, size_t number)
{
    fprintf(
        out,
        "    { { (unsigned char *)dn_%zu, sizeof dn_%zu }, BR_X509_TA_CA,\n",
        number, number);
    if (root->key_type == BR_KEYTYPE_EC)
        fprintf(out,
                "      { BR_KEYTYPE_EC,\n"
                "        { .ec = { %s, (unsigned char *)q_%zu,\n"
                "                  sizeof q_%zu } } } },\n",
                curve_name(root->curve), number, number);
    else
        fprintf(out,
                "      { BR_KEYTYPE_RSA,\n"
                "        { .rsa = { (unsigned char *)n_%zu, sizeof n_%zu,\n"
                "                   (unsigned char *)e_%zu, sizeof e_%zu } } "
                "} },\n",
                number, number, number, number);
}

void roots_write(FILE *out, const char *name, const struct root *roots,
                 size_t count)
{
    size_t bytes = 0, i;

    for (i = 0; i < count; i++)
        bytes += roots[i].dn_len + roots[i].n_len + roots[i].e_len;
    fprintf(out,
            "/*\n * Trust anchors: %zu, with %zu bytes of names and keys.\n"
            " * Made by make-anchors. Do not edit, make it anew.\n */\n"
            "#include \"fimg_anchors.h\"\n\n"
            "extern const struct fimg_anchors %s;\n",
            count, bytes, name);
    for (i = 0; i < count; i++)
        write_root(out, &roots[i], i);
    fprintf(out, "\nstatic const br_x509_trust_anchor list[] = {\n");
    for (i = 0; i < count; i++)
        write_anchor(out, &roots[i], i);
    fprintf(out,
            "};\n\nconst struct fimg_anchors %s = {\n"
            "    list, sizeof list / sizeof list[0]\n};\n",
            name);
}
