/*
 * skeleton_main.c: fetch one image and print its SHA-256, on the target; to be
 * copied with the port. `take` is where your product begins. Where there is no
 * stdio, replace print.
 */
#include <bearssl.h>
#include <stdio.h>

#include "fimg_state.h"
#include "skeleton_port.h"

#ifndef IMAGE_HOST
#define IMAGE_HOST "open.feishu.cn"
#define IMAGE_PORT 443
#endif

extern const struct fimg_anchors fimg_anchors_builtin; /* by make-anchors */

static br_sha256_context sum;

static void print(const char *text)
{
    (void)fputs(text, stdout);
    (void)fflush(stdout);
}

/* The image in pieces: to flash, to a display. A fragment until fetch is 0. */
static void take(const uint8_t *bytes, size_t len)
{
    br_sha256_update(&sum, bytes, len);
}

/* Returns 0 if the image is whole and proven to be, or what went wrong. */
static int fetch(struct fimg *f, const struct fimg_request *request)
{
    static uint8_t piece[1024];
    int n = fimg_start(f, request);

    while (n == FIMG_OK && (n = fimg_read(f, piece, sizeof piece)) > 0) {
        take(piece, (size_t)n);
        n = FIMG_OK;
    }
    return n;
}

static void print_sum(void)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t hash[br_sha256_SIZE];
    char text[2 * sizeof hash + 1] = "";
    size_t i;

    br_sha256_out(&sum, hash);
    for (i = 0; i < sizeof hash; i++) {
        text[2 * i] = digits[hash[i] >> 4];
        text[2 * i + 1] = digits[hash[i] & 15];
    }
    print(text);
}

int main(void)
{
    static struct fimg f; /* everything a download needs, all-zero */
    static struct skeleton_port port;
    static const struct fimg_trust trust = { .anchors = &fimg_anchors_builtin };
    static const struct fimg_request request = {
        .port = &port.port,
        .trust = &trust,
        .host = IMAGE_HOST,
        .port_number = IMAGE_PORT,
        .image_key = IMAGE_KEY,
        .token = IMAGE_TOKEN,
        .retry_max = 3,
        .wait_ms = FIMG_WAIT, /* 0 in a loop with other work */
    };
    int status;

    /* Here goes whatever starts clocks, serial line and network. */
    skeleton_port_init(&port);
    br_sha256_init(&sum);
    status = fetch(&f, &request);
    if (status == FIMG_OK)
        print_sum();
    else
        print(fimg_reason_text(fimg_report(&f)->reason));
    print("\n");
    fimg_close(&f);
    return status == FIMG_OK ? 0 : 1;
}
