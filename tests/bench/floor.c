/*
 * floor.c: what no client can do without, to compare clients with.
 *
 *     floor receive PORT         take bytes from 127.0.0.1 until they end
 *     floor aes128 RECORDS       decrypt so many records of 16384 bytes, and
 *     floor aes256 RECORDS       check their tags, with BearSSL's functions,
 *     floor chacha20 RECORDS     in memory that stays in the cache
 *
 * Exit status 0: it was done.
 */
#define _POSIX_C_SOURCE 200809L

#include <arpa/inet.h>
#include <bearssl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORD 16384
#define HEADER 13 /* what is authenticated with each record */

static unsigned char buffer[65536];

static int receive(const char *port)
{
    struct sockaddr_in server = { .sin_family = AF_INET };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ssize_t n;

    server.sin_port = htons((uint16_t)atoi(port));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&server, sizeof server) != 0)
        return 1;
    do
        n = recv(fd, buffer, sizeof buffer, 0);
    while (n > 0);
    (void)close(fd);
    return n != 0;
}

static void decrypt_aes(size_t key_len, long records)
{
    const br_block_ctr_class *aes = br_aes_x86ni_ctr_get_vtable();
    br_ghash ghash = br_ghash_pclmul_get();
    unsigned char key[32] = { 1 }, iv[12] = { 2 }, header[HEADER] = { 3 };
    br_aes_gen_ctr_keys keys;
    br_gcm_context gcm;
    unsigned char tag[16];

    if (aes == NULL)
        aes = &br_aes_ct64_ctr_vtable;
    if (ghash == 0)
        ghash = br_ghash_ctmul64;
    aes->init(&keys.vtable, key, key_len);
    br_gcm_init(&gcm, &keys.vtable, ghash);
    while (records-- > 0) {
        iv[11]++;
        br_gcm_reset(&gcm, iv, sizeof iv);
        br_gcm_aad_inject(&gcm, header, sizeof header);
        br_gcm_flip(&gcm);
        br_gcm_run(&gcm, 0, buffer, RECORD);
        br_gcm_get_tag(&gcm, tag);
    }
}

static void decrypt_chacha20(long records)
{
    br_poly1305_run poly1305 = br_poly1305_ctmulq_get();
    unsigned char key[32] = { 1 }, iv[12] = { 2 }, header[HEADER] = { 3 };
    unsigned char tag[16];

    if (poly1305 == 0)
        poly1305 = br_poly1305_ctmul_run;
    while (records-- > 0) {
        iv[11]++;
        /* which is faster than BearSSL's code for SSE2 */
        poly1305(key, iv, buffer, RECORD, header, sizeof header, tag,
                 br_chacha20_ct_run, 0);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    if (strcmp(argv[1], "receive") == 0)
        return receive(argv[2]);
    if (strcmp(argv[1], "aes128") == 0)
        decrypt_aes(16, atol(argv[2]));
    else if (strcmp(argv[1], "aes256") == 0)
        decrypt_aes(32, atol(argv[2]));
    else
        decrypt_chacha20(atol(argv[2]));
    return 0;
}
