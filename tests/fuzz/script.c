/*
 * script.c: what a server says, as an input tells it.
 */
#include "script.h"

#define PATTERN_UNIT 64
#define PATTERN_MAX 100000 /* of one script */

/* A script being made. */
struct maker {
    struct script *s;
    struct script_reply *reply;
    uint8_t *to; /* in s->text */
    uint64_t pattern_pos, patterns;
    bool proxied; /* TLS has not begun */
    bool silent;  /* nothing said from here on is heard */
};

static void add_step(struct script *s, enum peer_do what, const void *bytes,
                     size_t len)
{
    if (s->step_count < SCRIPT_STEPS - 2 * PEER_SCRIPTS)
        s->steps[s->step_count++] = (struct peer_step){ what, bytes, len, 0 };
}

static void add_plain(struct maker *m, uint8_t c)
{
    if (m->silent || m->proxied || m->s->plain_len == SCRIPT_PLAIN)
        return;
    m->s->plain[m->s->plain_len++] = c;
    m->reply->len++;
}

static void next_request(struct maker *m)
{
    struct script *s = m->s;

    if (s->reply_count == SCRIPT_REPLIES)
        return;
    add_step(s, PEER_REQUEST, NULL, 0);
    m->reply = &s->replies[s->reply_count++];
    *m->reply = (struct script_reply){ .begin = s->plain_len };
    m->pattern_pos = 0;
    m->silent = false;
}

/* A proxy that has agreed must let TLS begin. */
static void end_connection(struct maker *m)
{
    if (m->proxied)
        add_step(m->s, PEER_TUNNEL, NULL, 0);
    m->s->steps[m->s->step_count++] = (struct peer_step){ .what = PEER_REST };
}

static void next_connection(struct maker *m)
{
    struct script *s = m->s;

    if (s->connections == PEER_SCRIPTS || s->reply_count == SCRIPT_REPLIES)
        return;
    if (s->connections > 0)
        end_connection(m);
    s->first[s->connections] = s->step_count;
    s->first_reply[s->connections++] = s->reply_count;
    s->answers[s->connections - 1] = (struct source){ m->to, 0 };
    m->proxied = strchr(s->options, 'p') != NULL;
    if (m->proxied)
        add_step(s, PEER_CONNECT, NULL, 0);
    else
        next_request(m);
}

static void add_pattern(struct maker *m, size_t len)
{
    if (m->patterns + len > PATTERN_MAX || m->proxied)
        return;
    m->patterns += len;
    add_step(m->s, PEER_SEND, NULL, len);
    for (size_t i = 0; i < len; i++)
        add_plain(m, peer_pattern(m->pattern_pos++));
}

/* The connection is no longer what it was. */
static void end_stream(struct maker *m, enum peer_do what)
{
    if (m->silent)
        return;
    if (m->proxied) /* it may have agreed before */
        add_step(m->s, PEER_TUNNEL, NULL, 0);
    add_step(m->s, what, NULL, 40);
    m->reply->notified = what == PEER_NOTIFY;
    m->silent = true;
}

static void disturb(struct maker *m, enum peer_do what, size_t len)
{
    add_step(m->s, what, NULL, len);
    m->reply->disturbed = true;
}

/* What stands behind a backtick. */
static void control(struct maker *m, struct source *rest)
{
    uint32_t c = source_number(rest, 1);

    if (c == 'c')
        next_connection(m);
    else if (m->proxied && c == 't') {
        m->proxied = false;
        add_step(m->s, PEER_TUNNEL, NULL, 0);
        next_request(m);
    } else if (c == 'p')
        add_pattern(m, PATTERN_UNIT * source_number(rest, 1));
    else if (c == 'f' || c == 'x')
        end_stream(m, c == 'f' ? PEER_FIN : PEER_RST);
    else if (m->proxied || c == '|')
        return;
    else if (c == 'r')
        next_request(m);
    else if (c == 'n')
        end_stream(m, PEER_NOTIFY);
    else if (c == 'a')
        end_stream(m, PEER_ALERT);
    else if (c == 'd')
        end_stream(m, PEER_DAMAGE);
    else if (c == 'e')
        disturb(m, PEER_EMPTY, 1);
    else if (c == 'w')
        disturb(m, PEER_WARN, 90);
    else if (c == 'h')
        disturb(m, PEER_HELLO, 0);
}

/* Text up to the next control: one record, if it is not too long. */
static void say(struct maker *m, struct source *rest)
{
    const uint8_t *begin = m->to;
    size_t n;

    while (rest->len > 0) {
        if (*rest->at == '`') {
            if (rest->len < 2 || rest->at[1] != '`')
                break;
            (void)source_bytes(rest, 1);
        }
        add_plain(m, *rest->at);
        *m->to++ = *rest->at;
        (void)source_bytes(rest, 1);
    }
    n = (size_t)(m->to - begin);
    if (n > 0)
        add_step(m->s, m->proxied ? PEER_RAW : PEER_SEND, begin, n);
    if (m->proxied)
        m->s->answers[m->s->connections - 1].len += n;
}

void script_parse(struct script *s, const uint8_t *in, size_t len)
{
    static struct script_reply nobody;
    struct source rest = { in, len };
    struct maker m = { .s = s, .reply = &nobody };

    s->step_count = s->reply_count = s->connections = s->plain_len = 0;
    s->options = source_line(&rest);
    s->text = m.to = block_of(rest.len);
    next_connection(&m);
    while (rest.len > 0) {
        say(&m, &rest);
        if (rest.len > 0) {
            (void)source_bytes(&rest, 1);
            control(&m, &rest);
        }
    }
    end_connection(&m);
    s->text_len = (size_t)(m.to - s->text);
}

void script_end(struct script *s)
{
    free(s->options);
    free(s->text);
}

const struct script_reply *script_reply(const struct script *s,
                                        size_t connection, size_t request)
{
    size_t last, i;

    if (connection == 0 || request == 0)
        return NULL;
    if (connection > s->connections)
        connection = s->connections;
    last = connection < s->connections ? s->first_reply[connection]
                                       : s->reply_count;
    i = s->first_reply[connection - 1] + request - 1;
    return i < last ? &s->replies[i] : NULL;
}
