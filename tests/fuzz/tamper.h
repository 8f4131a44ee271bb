/*
 * tamper.h: somebody between the server and a client, who changes records.
 *
 * Orders are lines: a letter, the number of a record, counted from 1 in each
 * connection, and more numbers.
 *
 *     f N AT BIT      flip a bit                 d N       drop it
 *     s N AT VALUE    set a byte                 2 N       send it twice
 *     w N AT TEXT     write over it              x N       send the next first
 *     c N LEN         cut it, header and all     r N M     send N again after M
 *     h N AT          make two of it             j N       one with the next
 *     i N TYPE LEN V  insert a record before     z N LEN   end of stream in it
 */
#ifndef TAMPER_H
#define TAMPER_H

#include "fimg_port.h"
#include "fuzz.h"

#define TAMPER_ORDERS 24
#define TAMPER_RECORD (5 + 16384 + 256)
#define TAMPER_SAID 8192

struct tamper_order {
    char letter;
    unsigned record;
    unsigned long more[3];
    const char *text; /* behind the second number; of "w" */
};

/* Handshake messages as they went by in clear. */
struct tamper_said {
    uint8_t header[5];
    size_t header_len, left;
    bool encrypted; /* from here on */
    size_t len;
    uint8_t bytes[TAMPER_SAID];
};

struct tamper {
    const struct fimg_port *inner;
    struct tamper_order orders[TAMPER_ORDERS];
    size_t count;
    bool changed; /* some order has had an effect */

    /* of this connection */
    unsigned number; /* of the record pulled last */
    bool ended;
    int inner_end;   /* what the port said last */
    size_t record_len, held_len, kept_len, out_pos, out_len;
    uint8_t record[TAMPER_RECORD], held[TAMPER_RECORD], kept[TAMPER_RECORD];
    uint8_t out[8 * TAMPER_RECORD];
    struct tamper_said server, client; /* what was sent, what arrived */
};

/* Read the orders; `lines`, with room for TAMPER_ORDERS, are to be freed when
   they were carried out. */
void tamper_orders(struct tamper *t, struct source *s, char **lines);

/* A connection begins. */
void tamper_begin(struct tamper *t);

/* As recv of struct fimg_port. */
int tamper_recv(struct tamper *t, uint8_t *dst, size_t cap, uint32_t wait_ms);

/* Has the client had every handshake message as the server sent it? */
bool tamper_is_true(const struct tamper *t);

#endif
