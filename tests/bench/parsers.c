/*
 * parsers.c: parse a reply's head so many times, to count instructions.
 *
 *     parsers feishu-image|picohttpparser|llhttp FILE COUNT
 *
 * Each reads the whole head in one piece, which is what all are fastest at.
 * picohttpparser only says where the fields lie, in an array; llhttp checks
 * the framing and tells a callback, which here does nothing; ours also finds
 * the fields that count and understands their values. Exit status 0: the head
 * was taken as a whole, each time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fimg_head.h"
#include "llhttp.h"
#include "picohttpparser.h"

#define FIELDS_MAX 64

static char head[65536];

static int run_ours(size_t len)
{
    static struct fimg_head zero, h;
    struct fimg_reply reply = { 0 };

    h = zero;
    return fimg_head_feed(&h, &reply, (const uint8_t *)head, len) == len &&
           h.state == FIMG_HEAD_DONE;
}

static int run_picohttpparser(size_t len)
{
    struct phr_header fields[FIELDS_MAX];
    size_t count = FIELDS_MAX, text_len;
    const char *text;
    int minor, status;

    return phr_parse_response(head, len, &minor, &status, &text, &text_len,
                              fields, &count, 0) == (int)len;
}

static int on_span(llhttp_t *parser, const char *at, size_t len)
{
    (void)parser, (void)at, (void)len;
    return 0;
}

static int on_complete(llhttp_t *parser)
{
    *(int *)parser->data = 1;
    return 0;
}

static int run_llhttp(size_t len)
{
    static llhttp_settings_t settings;
    llhttp_t parser;
    int complete = 0;

    settings.on_header_field = on_span;
    settings.on_header_value = on_span;
    settings.on_headers_complete = on_complete;
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    parser.data = &complete;
    return llhttp_execute(&parser, head, len) == HPE_OK && complete;
}

int main(int argc, char **argv)
{
    int (*run)(size_t) = run_ours;
    FILE *file = argc == 4 ? fopen(argv[2], "rb") : NULL;
    size_t len;
    long i;

    if (file == NULL)
        return 2;
    len = fread(head, 1, sizeof head, file);
    (void)fclose(file); /* only read from */
    if (strcmp(argv[1], "picohttpparser") == 0)
        run = run_picohttpparser;
    if (strcmp(argv[1], "llhttp") == 0)
        run = run_llhttp;
    for (i = atol(argv[3]); i > 0; i--)
        if (!run(len))
            return 1;
    return 0;
}
