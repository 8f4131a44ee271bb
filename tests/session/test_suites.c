/*
 * test_suites.c: what is offered first: AES where the CPU has instructions for
 * all of it, else ChaCha20. The linker takes the answers from here instead of
 * from BearSSL, whatever CPU this is.
 */
#include <string.h>

#include "check.h"
#include "rig.h"

#define SUITES (5 + 4 + 2 + 32 + 1 + 2) /* where a ClientHello has them */

static bool has_aes, has_pclmul;

const br_block_ctr_class *br_aes_x86ni_ctr_get_vtable(void)
{
    return has_aes ? &br_aes_ct64_ctr_vtable : NULL;
}

br_ghash br_ghash_pclmul_get(void)
{
    return has_pclmul ? br_ghash_ctmul64 : 0;
}

static const uint8_t aes_first[] = { 0xc0, 0x2b, 0xc0, 0x2f, 0xc0, 0x2c,
                                     0xc0, 0x30, 0xcc, 0xa9, 0xcc, 0xa8 };
static const uint8_t chacha_first[] = { 0xcc, 0xa9, 0xcc, 0xa8, 0xc0, 0x2b,
                                        0xc0, 0x2f, 0xc0, 0x2c, 0xc0, 0x30 };

static void test_cpu(bool aes, bool pclmul)
{
    static const struct peer_step image[] = {
        DO(PEER_REQUEST),
        TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        DO(PEER_REST),
    };
    static struct rig r;
    const uint8_t *offer = r.port.peer.hello + SUITES;

    check_case("a CPU %s AES and %s multiplication for GCM",
               aes ? "with" : "without", pclmul ? "with" : "without");
    has_aes = aes;
    has_pclmul = pclmul;
    rig_open(&r, image);
    r.expect = "hello";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_expect(&r, FIMG_WHY_NONE);
    CHECK(offer[-2] == 0 && offer[-1] == sizeof aes_first);
    CHECK(memcmp(offer, aes && pclmul ? aes_first : chacha_first,
                 sizeof aes_first) == 0);
    rig_close(&r);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (int i = 0; i < 4; i++)
        test_cpu(i & 1, i & 2);
    return check_exit("session/suites");
}
