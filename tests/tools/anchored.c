/*
 * anchored.c: fetch one image with no other trust than anchors compiled in.
 *
 *     TOKEN=... anchored HOST PORT KEY > image
 *
 * Exit code: 0, or the library's status without its sign.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fimg_anchors.h"
#include "fimg_state.h"
#include "posix_port.h"

extern const struct fimg_anchors fimg_anchors_builtin;

static const struct fimg_trust trust = { .anchors = &fimg_anchors_builtin };
static struct fimg f;
static struct posix_port port;

int main(int argc, char **argv)
{
    static unsigned char block[16384];
    struct fimg_request request = { .port = &port.port,
                                    .trust = &trust,
                                    .token = getenv("TOKEN"),
                                    .wait_ms = FIMG_WAIT };
    int n;

    if (argc != 4)
        return 99;
    request.host = argv[1];
    request.port_number = (uint16_t)atoi(argv[2]);
    request.image_key = argv[3];
    posix_port_init(&port, 0);
    n = fimg_start(&f, &request);
    while (n == FIMG_OK && (n = fimg_read(&f, block, sizeof block)) > 0)
        n = fwrite(block, 1, (size_t)n, stdout) == (size_t)n ? FIMG_OK : -98;
    fimg_close(&f);
    if (n != 0)
        fprintf(stderr, "%s\n", fimg_reason_text(fimg_report(&f)->reason));
    return -n;
}
