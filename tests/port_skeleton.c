/*
 * port_skeleton.c: the library over the port that refuses everything.
 *
 *     port_skeleton        what the port says, and the library makes of it
 *     port_skeleton null   port_check on it, a function being left out
 */
#include <string.h>

#include "check.h"
#include "fimg_anchors.h"
#include "fimg_state.h"
#include "port_check.h"
#include "skeleton_port.h"

static struct skeleton_port port;

/* Stands for a board that has entropy already, and no more. */
static int entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx;
    memset(dst, 1, len);
    return 0;
}

static void download(int status, enum fimg_reason reason)
{
    static const struct fimg_anchors none;
    static struct fimg f;
    struct fimg_trust trust = { .anchors = &none,
                                .clock = FIMG_CLOCK_OPTIONAL };
    struct fimg_request request = { .port = &port.port,
                                    .trust = &trust,
                                    .host = "open.feishu.cn",
                                    .image_key = "img_v3_1",
                                    .token = "t-1",
                                    .wait_ms = FIMG_WAIT };
    uint8_t byte;

    CHECK(fimg_start(&f, &request) == FIMG_OK);
    CHECK(fimg_read(&f, &byte, 1) == status);
    CHECK(fimg_read(&f, &byte, 1) == status);
    CHECK(fimg_report(&f)->reason == reason);
    CHECK(fimg_report(&f)->delivered == 0);
    fimg_close(&f);
}

static void print(void *ctx, const char *text)
{
    (void)fputs(text, ctx);
}

/* The list, with one function less. */
static int null(void)
{
    static struct port_check check_list;

    port.port.recv = NULL;
    check_list.name = "skeleton";
    check_list.port = &port.port;
    check_list.host = "localhost";
    check_list.peer_port = 1;
    check_list.closed_port = 2;
    check_list.print = print;
    check_list.ctx = stdout;
    return port_check(&check_list) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    skeleton_port_init(&port);
    if (argc > 1 && strcmp(argv[1], "null") == 0)
        return null();
    check_case("skeleton: without entropy nothing begins");
    download(FIMG_ERR_TLS, FIMG_WHY_NO_ENTROPY);
    check_case("skeleton: a connect that fails is a network error");
    port.port.entropy = entropy;
    download(FIMG_ERR_NETWORK, FIMG_WHY_CONNECT);
    return check_exit("skeleton");
}
