/*
 * fuzz_tls.c: whole downloads while somebody changes the server's records;
 * tamper.h has the orders.
 *
 * The input is a line of options, as drive.h has them, and "n" for a body
 * that close_notify ends; then the orders. Whatever is done, no byte comes out
 * that the server did not send, in its place, and no request goes out unless
 * the server's handshake arrived as it was.
 */
#define _GNU_SOURCE /* memmem */

#include <stdio.h>

#include "drive.h"
#include "tamper.h"

#define TOKEN_REPLY                                                            \
    "HTTP/1.1 200 OK\r\nContent-Length: 59\r\n\r\n"                            \
    "{\"code\":0,\"tenant_access_token\":\"t-abcdefgh\",\"expire\":7200}`r"
#define IMAGE                                                                  \
    "HTTP/1.1 200 OK\r\nContent-Length: 406\r\n\r\n"                           \
    "`|hello`|`p\x04, and `p\x02goodbye now"

#define IMAGE_TO_END "HTTP/1.1 200 OK\r\n\r\n`|hello`p\x04`n"

static struct script script;
static struct drive drives[FUZZ_CUTS];
static struct tamper tampers[FUZZ_CUTS];

/* The functions of the port between; a drive begins with its port. */
static int recv_changed(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    struct drive *d = ctx;

    return tamper_recv(&tampers[d - drives], dst, cap, wait_ms);
}

static int send_watched(void *ctx, const uint8_t *src, size_t len,
                        uint32_t wait_ms)
{
    struct drive *d = ctx;
    uint64_t before = d->port.app_records;
    int n = d->port.api.send(&d->port, src, len, wait_ms);

    if (d->port.app_records > before)
        HOLDS(tamper_is_true(&tampers[d - drives]));
    return n;
}

static int connect_noted(void *ctx, const char *host, uint16_t number,
                         uint32_t wait_ms)
{
    struct drive *d = ctx;

    tamper_begin(&tampers[d - drives]);
    return d->port.api.connect(&d->port, host, number, wait_ms);
}

static void come_between(struct drive *d)
{
    tampers[d - drives].inner = &d->port.api;
    d->api.connect = connect_noted;
    d->api.send = send_watched;
    d->api.recv = recv_changed;
}

/* The script that goes with the options; those that it knows are kept. */
static void write_script(const char *options)
{
    const char *image;
    char text[400], *to = text;

    for (const char *at = options; *at != '\0' && to < text + 20; at++)
        if (strchr("hnmMtol0123456789", *at))
            *to++ = *at;
    *to = '\0';
    image = strchr(text, 'n') ? IMAGE_TO_END : IMAGE;
    if (strpbrk(text, "to")) /* a second connection is there for the image */
        to += sprintf(to, "\n%s%s`c%s", TOKEN_REPLY, image, image);
    else
        to += sprintf(to, "\n%s", image);
    script_parse(&script, (const uint8_t *)text, (size_t)(to - text));
}

/* The image is what the last reply has behind its head. */
static void check_image(const struct drive *d)
{
    const struct script_reply *r = &script.replies[script.reply_count - 1];
    const uint8_t *at = script.plain + r->begin;
    size_t head =
        (size_t)((const uint8_t *)memmem(at, r->len, "\r\n\r\n", 4) - at) + 4;

    HOLDS(d->body_len <= r->len - head);
    HOLDS(memcmp(d->body, at + head, d->body_len) == 0);
    if (d->result == FIMG_OK)
        HOLDS(d->body_len == r->len - head);
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct source s = { in, len };
    char *options = source_line(&s);
    char *lines[TAMPER_ORDERS] = { NULL };

    write_script(options);
    free(options);
    tamper_orders(&tampers[0], &s, lines);
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        struct drive *d = &drives[way];

        memcpy(tampers[way].orders, tampers[0].orders,
               sizeof tampers[0].orders);
        tampers[way].count = tampers[0].count;
        tampers[way].changed = false;
        drive_open(d, &script, way);
        come_between(d);
        drive_run(d);
        check_image(d);
        HOLDS(tampers[way].changed || d->result == FIMG_OK);
        drive_compare(d, &drives[0]);
    }
    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++)
        drive_close(&drives[way], false);
    for (size_t i = 0; i < TAMPER_ORDERS; i++)
        free(lines[i]);
    script_end(&script);
    return 0;
}
