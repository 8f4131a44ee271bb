/*
 * json.c: what came of a download, as one line of JSON for programs.
 *
 * Text is UTF-8 whatever it was: a byte that cannot be comes out as U+FFFD.
 */
#define _POSIX_C_SOURCE 200809L

#include "json.h"

#include <limits.h>
#include <unistd.h>

#include "keys.h"
#include "line.h"
#include "output.h"

#define ESCAPE_MAX 6 /* what one byte can become */

/* The longest line there can be; most pages of it are never touched. */
static struct {
    size_t len;
    char text[ESCAPE_MAX * (PATH_MAX + KEY_CAP + 1024) + 512];
} out;

static void put(const char *text, size_t len)
{
    size_t i;

    for (i = 0; i < len && out.len < sizeof out.text; i++)
        out.text[out.len++] = text[i];
}

static void put_text(const char *text)
{
    while (*text != '\0')
        put(text++, 1);
}

/* The length of the UTF-8 sequence at `at`; 0 if there is none. */
static size_t sequence_len(const unsigned char *at)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t len, i;

    if (at[0] < 0x80)
        return 1;
    if (at[0] < 0xc2 || at[0] > 0xf4)
        return 0;
    len = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    if (at[0] == 0xe0) /* RFC 3629, 4: no longer forms, no surrogates */
        low = 0xa0;
    else if (at[0] == 0xed)
        high = 0x9f;
    else if (at[0] == 0xf0)
        low = 0x90;
    else if (at[0] == 0xf4)
        high = 0x8f;
    for (i = 1; i < len; i++) {
        if (at[i] < low || at[i] > high) /* a NUL, too */
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return len;
}

static void put_escaped(unsigned char c)
{
    static const char hex[] = "0123456789abcdef";

    if (c == '"' || c == '\\') {
        put_text("\\");
        put((const char *)&c, 1);
        return;
    }
    put_text("\\u00");
    put(hex + (c >> 4), 1);
    put(hex + (c & 15), 1);
}

static void put_string(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    put_text("\"");
    while (*at != '\0') {
        size_t len = sequence_len(at);

        if (len == 0)
            put_text("\\ufffd");
        else if (*at < ' ' || *at == 0x7f || *at == '"' || *at == '\\')
            put_escaped(*at);
        else
            put((const char *)at, len);
        at += len > 0 ? len : 1;
    }
    put_text("\"");
}

static void name(const char *member)
{
    put_text(out.len > 1 ? "," : "");
    put_string(member);
    put_text(":");
}

static void string(const char *member, const char *value)
{
    name(member);
    if (value != NULL)
        put_string(value);
    else
        put_text("null");
}

static void number(const char *member, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    name(member);
    put(digits + at, sizeof digits - at);
}

static void boolean(const char *member, bool value)
{
    name(member);
    put_text(value ? "true" : "false");
}

int json_write(const struct json_facts *facts, const struct fimg_report *r)
{
    static const char *const ends[] = {
        [FIMG_END_NONE] = NULL,
        [FIMG_END_CLOSE_NOTIFY] = "close_notify",
        [FIMG_END_LENGTH] = "length",
        [FIMG_END_CHUNKED] = "chunked",
    };
    const char *suffix = fimg_type_suffix(r->type);

    out.len = 0;
    put_text("{");
    string("key", facts->key);
    string("file", facts->file);
    boolean("ok", facts->exit == 0);
    number("exit", (uint64_t)facts->exit);
    number("http_status", r->http_status);
    number("code", (uint64_t)r->code); /* never negative */
    string("msg", *r->msg != '\0' ? r->msg : facts->msg);
    string("log_id", r->log_id);
    number("bytes", r->delivered);
    string("type", *suffix != '\0' ? suffix + 1 : "unknown");
    string("end", ends[r->end]);
    number("attempts", r->attempts);
    boolean("resumed", r->resumed);
    boolean("reused", r->reused);
    put_text("}\n");
    return write_all(STDOUT_FILENO, out.text, out.len);
}
