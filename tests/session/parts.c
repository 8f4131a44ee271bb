/*
 * parts.c: an image that a server gives out in parts.
 */
#include "parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char parts_image[PARTS_LEN + 1];

void parts_init(void)
{
    for (size_t i = 0; i < PARTS_LEN; i++)
        parts_image[i] = (char)peer_pattern(i);
}

void parts_say(struct talk *t, const char *status_and_fields, size_t from,
               size_t len)
{
    static char text[PARTS_LEN + 1000];
    bool chunked = strstr(status_and_fields, CHUNKED_FIELD) != NULL;
    size_t n =
        (size_t)snprintf(text, 800, "HTTP/1.1 %s\r\n", status_and_fields);

    if (n >= 800 || len > PARTS_LEN + 100)
        abort();
    if (chunked)
        n += (size_t)snprintf(text + n, 20, "%lx\r\n", (unsigned long)len);
    for (size_t i = from; i < from + len; i++)
        text[n++] = i < PARTS_LEN ? parts_image[i] : '?';
    if (chunked && len > 0)
        n += (size_t)snprintf(text + n, 20, "\r\n0\r\n\r\n");
    if (chunked && len == 0)
        n += (size_t)snprintf(text + n, 20, "\r\n");
    talk_raw(t, text, n);
}

void parts_whole(struct talk *t, const char *tag)
{
    char fields[200];

    (void)snprintf(fields, sizeof fields,
                   "200 OK\r\n" BYTES_FIELD
                   "ETag: %s\r\nContent-Length: %d\r\n",
                   tag, PARTS_LEN);
    parts_say(t, fields, 0, PARTS_LEN);
}

void parts_open(struct rig *r, const struct talk *talk, const char *message_id,
                bool file, struct fimg_resume *resume)
{
    rig_open(r, talk->steps);
    r->request.message_id = message_id;
    r->request.file = file;
    r->request.resume = resume;
    r->expect = parts_image;
    r->expect_len = PARTS_LEN;
}

bool parts_is(const struct fimg_resume *resume, uint32_t offset, uint32_t total,
              const char *validator)
{
    bool is = resume->offset == offset && resume->total == total &&
              strncmp(resume->validator, validator, 64) == 0;

    if (!is)
        printf("     %lu of %lu, %.64s\n", (unsigned long)resume->offset,
               (unsigned long)resume->total, resume->validator);
    return is;
}
