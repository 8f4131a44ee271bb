/*
 * repeat_main.c: one image many times in a row. By turns it comes
 *
 *     over a new connection, which is then closed in good order,
 *     over a new connection, which is kept,
 *     over the connection kept; and once more, but given up in mid-image.
 *
 * Boot arguments: those of port/cortexm/start.c, host, port, key, token, and
 *
 *     times    how many downloads; those given up are not counted
 *
 * Prints the hash of each, and at the end how many of them came over a
 * connection that was kept. Exit code 0: all came.
 */
#include "board.h"
#include "common.h"
#include "console.h"
#include "fimg_state.h"
#include "lwip_port.h"

#define EXIT_NETWORK 3
#define ARRIVE_MS 20 /* for more of an image to come than is taken */

static struct lwip_port port;
static struct fimg_request request;
static struct fimg f = FIMG_INIT;
static uint8_t page[2048];

/* All of the image: 0, or how it failed. */
static int download(void)
{
    br_sha256_context sha256;
    int n = fimg_start(&f, &request);

    if (n != FIMG_OK)
        return n;
    br_sha256_init(&sha256);
    while ((n = fimg_read(&f, page, sizeof page)) > 0)
        br_sha256_update(&sha256, page, (size_t)n);
    if (n == FIMG_OK)
        common_say_hash(&sha256);
    return n;
}

/* The first bytes of it, while more wait in lwIP's buffers. */
static int give_up(void)
{
    int n = fimg_start(&f, &request);

    if (n != FIMG_OK)
        return n;
    n = fimg_read(&f, page, sizeof page);
    port.port.sleep(port.port.ctx, ARRIVE_MS);
    return n > 0 ? FIMG_OK : n;
}

/* Download number `i`, and what comes after it. */
static int turn(uint32_t i)
{
    int status = download();

    if (status != FIMG_OK)
        return status;
    if (i % 3 > 0)
        fimg_finish(&f);
    else
        fimg_close(&f);
    common_reuse_lent();
    if (i % 3 == 2) {
        status = give_up();
        fimg_close(&f);
        common_reuse_lent();
    }
    return status;
}

int main(void)
{
    uint32_t times, i, reused = 0;
    int status = FIMG_OK;

    arguments_read();
    if (!board_start(&port)) {
        console_say("why", "no address by DHCP");
        return EXIT_NETWORK;
    }
    common_request(&request, &port.port);
    times = argument_number("times", 1);
    for (i = 0; i < times && status == FIMG_OK; i++) {
        status = turn(i);
        reused += fimg_report(&f)->reused;
    }
    console_say_number("reason", fimg_report(&f)->reason);
    console_say_number("turns", i);
    console_say_number("reused", reused);
    return status == FIMG_OK ? 0 : 1;
}
