/*
 * big_records.c: a server that has never heard of max_fragment_length.
 *
 *     big_records PKI-FOLDER NAME
 *
 * OpenSSL grants every wish for smaller records, so this is made of BearSSL.
 * It listens on 127.0.0.1, prints the port's number, and answers each request
 * with an image of 40000 bytes, in records of 16384, until it is killed.
 */
#define _POSIX_C_SOURCE 200809L

#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pem.h"

#define BODY 40000

static br_ssl_server_context server;
static unsigned char records[BR_SSL_BUFSIZE_BIDI];
static unsigned char body[BODY];

static int take(void *ctx, unsigned char *dst, size_t cap)
{
    ssize_t n = recv(*(int *)ctx, dst, cap, 0);

    return n > 0 ? (int)n : -1;
}

static int give(void *ctx, const unsigned char *src, size_t len)
{
    ssize_t n = send(*(int *)ctx, src, len, MSG_NOSIGNAL);

    return n > 0 ? (int)n : -1;
}

static void init(const struct pem_identity *id)
{
    br_ssl_server_init_full_rsa(&server, id->chain, id->len,
                                br_skey_decoder_get_rsa(&id->key));
    br_ssl_engine_set_versions(&server.eng, BR_TLS12, BR_TLS12);
    br_ssl_engine_set_buffer(&server.eng, records, sizeof records, 1);
    /* BearSSL passes over wishes that are not below this; what it does itself
       depends on another field. */
    server.eng.log_max_frag_len = 12;
    (void)br_ssl_server_reset(&server);
}

static void answer(int fd)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
                               "Content-Length: 40000\r\n\r\n";
    br_sslio_context io;
    unsigned ends = 0;
    unsigned char c;

    br_sslio_init(&io, &server.eng, take, &fd, give, &fd);
    while (ends < 4 && br_sslio_read(&io, &c, 1) == 1)
        ends = c == (ends % 2 ? '\n' : '\r') ? ends + 1 : c == '\r';
    if (ends < 4)
        return;
    (void)br_sslio_write_all(&io, head, sizeof head - 1);
    (void)br_sslio_flush(&io);
    (void)br_sslio_write_all(&io, body, sizeof body);
    (void)br_sslio_close(&io);
}

int main(int argc, char **argv)
{
    static struct pem_identity id;
    struct sockaddr_in addr = { .sin_family = AF_INET };
    socklen_t len = sizeof addr;
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd;

    if (argc != 3)
        return 2;
    pem_folder(argv[1]);
    pem_load_identity(&id, argv[2]);
    addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&addr, len) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&addr, &len) != 0) {
        perror("big_records");
        return 1;
    }
    (void)printf("%u\n", (unsigned)ntohs(addr.sin_port));
    (void)fflush(stdout);
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        init(&id);
        answer(fd);
        (void)close(fd);
    }
    return 1;
}
