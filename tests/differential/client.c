/*
 * client.c: what the library makes of each of many responses.
 *
 *     client FOLDER RESPONSES VERDICTS
 *
 * RESPONSES holds one response after the other, each behind its length (4
 * bytes, big-endian). VERDICTS gets as many: '+' and the body of an accepted
 * one or '-' and the reason against a refused one, either behind its length.
 * The whole library reads them, TLS and all, on a connection whose server
 * ends it in good order behind the response. FOLDER is what
 * tests/session/pki.sh made.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "session/rig.h"

#define LENGTH_MAX (1 << 20)

static char response[LENGTH_MAX];
static uint8_t body[LENGTH_MAX + RIG_CAP_MAX];

static FILE *open_file(const char *name, const char *mode)
{
    FILE *file = fopen(name, mode);

    if (file == NULL) {
        perror(name);
        exit(EXIT_FAILURE);
    }
    return file;
}

/* The next response; false when there is none left. */
static bool next_response(FILE *in, size_t *len)
{
    uint8_t number[4];

    if (fread(number, 1, sizeof number, in) != sizeof number)
        return false;
    *len = (size_t)number[0] << 24 | (size_t)number[1] << 16 |
           (size_t)number[2] << 8 | number[3];
    if (*len <= LENGTH_MAX && fread(response, 1, *len, in) == *len)
        return true;
    fprintf(stderr, "client: responses are cut off, or too long\n");
    exit(EXIT_FAILURE);
}

static void put_verdict(FILE *out, char verdict, const void *bytes, size_t len)
{
    const uint8_t head[5] = { (uint8_t)verdict, (uint8_t)(len >> 24),
                              (uint8_t)(len >> 16), (uint8_t)(len >> 8),
                              (uint8_t)len };

    fwrite(head, 1, sizeof head, out);
    fwrite(bytes, 1, len, out);
}

/* Begin a download, and go on until the server has its request. */
static void ask(struct rig *r)
{
    static const struct peer_step asked[] = { DO(PEER_REQUEST), DO(PEER_REST) };

    rig_open(r, asked);
    r->request.wait_ms = 0;
    CHECK(rig_start(r) == FIMG_OK);
    while (r->port.peer.requests == 0 && !check.failed)
        if (rig_read(r) == FIMG_PENDING)
            rig_idle(r);
}

/* The server answers, in records of `piece` bytes at most (0: any size). */
static void answer(struct rig *r, size_t len, size_t piece, FILE *out)
{
    const struct peer_step script[] = {
        { PEER_SEND, response, len, piece },
        DO(PEER_NOTIFY),
        DO(PEER_FIN),
    };
    const char *why;
    size_t stored = 0;
    int n;

    r->port.peer.step = script;
    while ((n = fimg_read(r->f, body + stored, RIG_CAP_MAX)) > 0 ||
           n == FIMG_PENDING)
        stored += n > 0 ? (size_t)n : 0;
    why = fimg_reason_text(fimg_report(r->f)->reason);
    if (n == FIMG_OK)
        put_verdict(out, '+', body, stored);
    else
        put_verdict(out, '-', why, strlen(why));
    fimg_close(r->f);
    CHECK(r->port.violation == NULL && r->port.state == PORT_IDLE);
}

int main(int argc, char **argv)
{
    static struct rig r;
    struct rig_snapshot here;
    FILE *in, *out;
    size_t len, count = 0;

    rig_load(argc, argv, check_that);
    if (argc != 4)
        return EXIT_FAILURE;
    in = open_file(argv[2], "rb");
    out = open_file(argv[3], "wb");
    check_case("responses");
    ask(&r);
    rig_save(&r, &here);
    while (!check.failed && next_response(in, &len)) {
        /* short ones in pieces, too: where they are cut must not matter */
        answer(&r, len, len < 1000 ? count % 19 : 0, out);
        rig_restore(&r, &here);
        count++;
    }
    rig_forget(&here);
    rig_close(&r);
    fclose(in);
    if (fclose(out) != 0)
        return EXIT_FAILURE;
    return check.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
