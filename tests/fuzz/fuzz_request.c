/*
 * fuzz_request.c: the request: what is fit to be asked, and how it is written.
 *
 * The input is lines: a line of flags (t token to be fetched, o OAuth, s store
 * app, f file, r resumed, p through a proxy, a asks for the token, c CONNECT),
 * then host, prefix, key, token or secret, message id, app id, validator,
 * proxy, its credentials, and the numbers port and offset.
 */
#include "fimg_request.h"
#include "fuzz.h"

enum {
    FLAGS,
    HOST,
    PREFIX,
    KEY,
    TOKEN,
    MESSAGE,
    APP,
    VALIDATOR,
    PROXY,
    BASIC,
    NUMBER,
    OFFSET,
    LINES
};

static int no_connect(void *ctx, const char *host, uint16_t port, uint32_t ms)
{
    (void)ctx, (void)host, (void)port, (void)ms;
    return FIMG_PORT_FAILED;
}

static int no_send(void *ctx, const uint8_t *src, size_t len, uint32_t ms)
{
    (void)ctx, (void)src, (void)len, (void)ms;
    return FIMG_PORT_FAILED;
}

static int no_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t ms)
{
    (void)ctx, (void)dst, (void)cap, (void)ms;
    return FIMG_PORT_FAILED;
}

static void no_close(void *ctx)
{
    (void)ctx;
}

static void no_sleep(void *ctx, uint32_t ms)
{
    (void)ctx, (void)ms;
}

static uint32_t no_time(void *ctx)
{
    (void)ctx;
    return 0;
}

static int no_entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx, (void)dst, (void)len;
    return FIMG_PORT_FAILED;
}

static const struct fimg_port port = { NULL,    no_connect, no_send,
                                       no_recv, no_close,   no_sleep,
                                       no_time, no_time,    no_entropy };
static const struct fimg_anchors *const any = (const void *)&port;

/* What is asked, and what its pointers point to. */
struct asked {
    char *line[LINES];
    char memory[64];
    struct fimg_trust trust;
    struct fimg_token token;
    struct fimg_resume resume;
    struct fimg_proxy proxy;
    struct fimg_request request;
    struct fimg_writer writer;
};

static bool flag(const struct asked *a, char letter)
{
    return strchr(a->line[FLAGS], letter) != NULL;
}

static void fill_token(struct asked *a)
{
    a->token = (struct fimg_token){
        .grant = flag(a, 'o')   ? FIMG_GRANT_OAUTH
                 : flag(a, 's') ? FIMG_GRANT_STORE
                                : FIMG_GRANT_SELF_BUILT,
        .id = a->line[APP],
        .secret = a->line[TOKEN],
        .host = flag(a, 'o') ? "accounts.feishu.cn" : NULL,
        .memory = a->memory,
        .cap = sizeof a->memory,
    };
    a->request.token_from = &a->token;
}

static void fill(struct asked *a, struct source s)
{
    size_t n;

    memset(a, 0, sizeof *a);
    for (int i = 0; i < LINES; i++)
        a->line[i] = source_line(&s);
    a->trust.anchors = any;
    a->request = (struct fimg_request){
        .port = &port,
        .trust = &a->trust,
        .host = a->line[HOST],
        .port_number = (uint16_t)strtoul(a->line[NUMBER], NULL, 10),
        .prefix = a->line[PREFIX],
        .image_key = a->line[KEY],
        .message_id = a->line[MESSAGE][0] ? a->line[MESSAGE] : NULL,
        .file = flag(a, 'f'),
        .resume = flag(a, 'r') ? &a->resume : NULL,
        .proxy = flag(a, 'p') ? &a->proxy : NULL,
    };
    a->proxy = (struct fimg_proxy){ a->line[PROXY], 3128,
                                    a->line[BASIC][0] ? a->line[BASIC] : NULL };
    a->resume.offset = (uint32_t)strtoul(a->line[OFFSET], NULL, 10);
    n = strlen(a->line[VALIDATOR]);
    memcpy(a->resume.validator, a->line[VALIDATOR],
           n < sizeof a->resume.validator ? n : sizeof a->resume.validator);
    if (flag(a, 't'))
        fill_token(a);
    else
        a->request.token = a->line[TOKEN];
    if (flag(a, 't') && flag(a, 'a'))
        a->writer.ask = FIMG_ASK_TOKEN;
    a->writer.connect = flag(a, 'p') && flag(a, 'c');
}

/* Lines that end in CR LF, and a blank one, in visible ASCII and blanks. */
static size_t head_len(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r')
            HOLDS(i + 1 < len && text[i + 1] == '\n');
        else if (text[i] == '\n')
            HOLDS(i > 0 && text[i - 1] == '\r');
        else
            HOLDS(text[i] >= ' ' && text[i] < 0x7f);
        if (i >= 3 && memcmp(text + i - 3, "\r\n\r\n", 4) == 0)
            return i + 1;
    }
    return 0;
}

/* How many lines the head has, told from what is asked alone. */
static unsigned lines_of(const struct asked *a)
{
    if (a->writer.connect)
        return a->proxy.basic ? 3 : 2;
    if (a->writer.ask == FIMG_ASK_TOKEN)
        return 6;
    return 5 + (fimg_request_resumes(&a->request) ? 2 : 0);
}

/* Nothing else of a request has a Z; a secret that has one can be told from
   it, unless somebody asks for a host of that name. */
static bool is_told_apart(const struct asked *a)
{
    const char *secret = a->line[TOKEN];

    return strchr(secret, 'Z') && !strstr(a->line[HOST], secret) &&
           !strstr(a->line[PREFIX], secret) && !strstr(a->line[BASIC], secret);
}

static void check_text(const struct asked *a, const char *text, size_t len)
{
    size_t head = head_len(text, len), body = 0;
    unsigned lines = 0;
    const char *field;

    for (size_t i = 0; i + 2 < head; i++)
        lines += text[i] == '\n';
    HOLDS(head > 0 && lines == lines_of(a));
    field = strstr(text, "\r\nContent-Length: ");
    if (field)
        body = strtoul(field + 18, NULL, 10);
    HOLDS(len == head + body);
    if (a->writer.ask == FIMG_ASK_TOKEN && !a->writer.connect) {
        HOLDS(!is_told_apart(a) || !fuzz_has(text, head, a->line[TOKEN]));
        HOLDS(fuzz_has(text + head, body, a->token.secret));
    } else {
        HOLDS(body == 0);
    }
    if (a->writer.connect)
        HOLDS(!is_told_apart(a) || !fuzz_has(text, len, a->line[TOKEN]));
}

/* Write it piece by piece; returns its text, ended by a NUL. */
static char *write(const struct asked *a, enum fuzz_cut way, size_t *len)
{
    static const size_t cap = 20000;
    struct cutter c =
        cutter_of(way, (const uint8_t *)a->line[TOKEN], strlen(a->line[TOKEN]));
    struct fimg_writer w = a->writer;
    char *text = block_of(cap + 1);

    *len = 0;
    for (;;) {
        size_t room_len = cutter_next(&c, cap - *len), n;
        struct room room = room_of(room_len);

        n = fimg_request_write(&w, &a->request, room.at, room.cap);
        HOLDS(n <= room_len);
        memcpy(text + *len, room.at, n);
        *len += n;
        room_end(&room, n);
        if (n < room_len)
            break;
    }
    text[*len] = '\0';
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct asked a;

    fill(&a, (struct source){ in, len });
    if (fimg_request_check(&a.request) == FIMG_WHY_NONE) {
        size_t whole_len, cut_len;
        char *whole = write(&a, CUT_NOWHERE, &whole_len), *cut;

        check_text(&a, whole, whole_len);
        for (enum fuzz_cut way = 1; way < FUZZ_CUTS; way++) {
            cut = write(&a, way, &cut_len);
            HOLDS(cut_len == whole_len);
            HOLDS(memcmp(cut, whole, whole_len) == 0);
            free(cut);
        }
        free(whole);
    }
    for (int i = 0; i < LINES; i++)
        free(a.line[i]);
    return 0;
}
