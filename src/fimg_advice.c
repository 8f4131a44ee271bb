/*
 * fimg_advice.c: names for what went wrong, and what to do about it.
 *
 * Codes and their meaning: the page of the download-image API and the server
 * error code page of the Feishu Open Platform. FIMG_ADVICE 0 leaves all of
 * the text out.
 */
#include "fimg_advice.h"

#if FIMG_ADVICE

#define USER_IMAGE                                                             \
    "if somebody sent it in a chat, use "                                      \
    "messages/:message_id/resources/:file_key (feishu-image -m)"
#define RENEW "fetch a new tenant_access_token"
#define LATER "try again later"
#define SLOWER "slow down, and wait as long as the server says"
#define CREDENTIALS "check app id and secret, and whether it is Feishu or Lark"
#define ADMIN "ask the tenant's administrator"
#define SCOPE "grant the app the permission in the developer console"

static const struct {
    int32_t code;
    const char *name;
    const char *advice;
} codes[] = {
    { 4001, "Invalid token, please refresh", RENEW },
    { 5000, "internal error", LATER },
    { 9499, "bad request", "check image key and base URL" },
    { 10003, "invalid parameter", CREDENTIALS },
    { 10005, "app id unauthorized", CREDENTIALS },
    { 10012, "get app access token fail", "have the app ticket sent again" },
    { 10013, "get tenant access token fail", CREDENTIALS },
    { 10014, "app unauthorized", CREDENTIALS },
    { 10015, "wrong app secret", CREDENTIALS },
    { 10017, "bot is not the owner of the resource", USER_IMAGE },
    { 10101, "internal error", LATER },
    { 10500, "internal server error", LATER },
    { 11205, "app has no bot", "enable the app's bot ability" },
    { 11221, "image does not belong to you", USER_IMAGE },
    { 11227, "image key not exist", "check the image key" },
    { 11232, "rate limited", SLOWER },
    { 11233, "rate limited", SLOWER },
    { 11240, "robot not turned on", "enable the app's bot ability" },
    { 11247, "rate limited", SLOWER },
    { 1500, "internal error", LATER },
    { 1503, "internal error", LATER },
    { 1642, "internal error", LATER },
    { 1663, "internal error", LATER },
    { 1668, "internal error", LATER },
    { 2200, "internal error", LATER },
    { 21000, "blocked by access-control policy", ADMIN },
    { 21001, "blocked by access-control policy", ADMIN },
    { 1000004, "rate limited", SLOWER },
    { 1000005, "rate limited", SLOWER },
#if FIMG_MESSAGES
    { 230110, "Message has been deleted", "nothing brings it back" },
#endif
    { 234001, "Invalid request param", "check the image key; " USER_IMAGE },
    { 234002, "Unauthorized", RENEW },
#if FIMG_MESSAGES
    { 234003, "File not in message", "check that key and message id match" },
    { 234004, "App not in chat", "add the app's bot to the chat" },
#endif
    { 234005, "Image has been deleted", "nothing brings it back" },
    { 234007, "App does not enable bot feature",
      "enable the bot ability in the developer console and publish the app" },
    { 234008, "The app is not the resource sender",
      "this app did not upload it; " USER_IMAGE },
#if FIMG_MESSAGES
    { 234009, "Lack of necessary permissions",
      "the app may not read external chats" },
    { 234019, "scope CheckAppTenant fail", LATER },
    { 234037, "Downloaded file size exceeds limit",
      "Feishu gives out no file above 100 MB" },
    { 234038, "restricted mode",
      "ask the chat's owner to allow copying and downloading" },
    { 234040, "The message is invisible to the operator",
      "let new members see the chat's history" },
    { 234043, "Unsupported message type",
      "cards and forwarded messages give out nothing" },
#endif
    { 234041, "Tenant master key has been deleted",
      "ask the tenant's administrator about its master key" },
    { 234042, "Hybrid deployment tenant storage error",
      "ask the tenant's administrator about its storage" },
    { 99991201, "resource not found", "check the base URL" },
    { 99991301, "request method does not match", "check the base URL" },
    { 99991400, "request trigger frequency limit", SLOWER },
    { 99991401, "ip is denied by app setting",
      "add this device's public address to the app's IP allow-list" },
    { 99991403, "monthly API call quota exceeded",
      "wait for the next month or raise the tenant's quota" },
    { 99991543, "app_id or app_secret does not exist", CREDENTIALS },
    { 99991661, "missing access token",
      "give a tenant_access_token, without \"Bearer \"" },
    { 99991662, "app not in use", "enable the app in the tenant" },
    { 99991663, "invalid access token", RENEW },
    { 99991664, "invalid app token", RENEW },
    { 99991665, "invalid tenant code", RENEW },
    { 99991668, "invalid user access token",
      "give a tenant_access_token, not a user's; " RENEW },
    { 99991671, "token must start with t- or u-",
      "check that the token is whole and is a tenant_access_token" },
    { 99991672, "scope missing", SCOPE },
    { 99991673, "unauthorized app", "install the app in the tenant" },
    { 99991676, "token has no permission", SCOPE },
    { 99991677, "token expired", RENEW },
    { 99991679, "user has not granted the scope", SCOPE },
    { 99992402, "field validation failed", "check image key and base URL" },
};

#define REPORT "report it"
#define AGAIN "try again"
#define SERVER "the server needs another certificate"
#define HTTPS "check that host and port are an HTTPS server's"

static const struct {
    const char *text;
    const char *advice;
} reasons[] = {
    [FIMG_WHY_NONE] = { "nothing went wrong", "" },
    [FIMG_WHY_PORT_MISSING] = { "the port is incomplete",
                                "fill in every function" },
    [FIMG_WHY_TRUST_MISSING] = { "no trust anchors", "give some" },
    [FIMG_WHY_HOST] = { "not a host name", "give one, not an address" },
    [FIMG_WHY_PREFIX] = { "not a path", "give one such as /gateway" },
    [FIMG_WHY_KEY] = { "not an image key", "give 1 to 128 of A-Za-z0-9_.-" },
    [FIMG_WHY_TOKEN] = { "not a token", "give 1 to 4096 visible characters" },
    [FIMG_WHY_RECORD_BUF] = { "the record buffer is missing or too small",
                              "lend FIMG_RECORD_CAP bytes" },
    [FIMG_WHY_MESSAGE] = { "not a message id",
                           "give 1 to 128 of A-Za-z0-9_.-" },
    [FIMG_WHY_CREDENTIALS] = { "app id or secret is unfit",
                               "check them, and the memory for the token" },
    [FIMG_WHY_PROXY] = { "not a proxy's name", "give a host and a port" },
    [FIMG_WHY_PROXY_REPLY] = { "the proxy gave no proper answer",
                               "check that it is an HTTP proxy" },
    [FIMG_WHY_PROXY_AUTH] = { "the proxy wants other credentials",
                              "give user and password" },
    [FIMG_WHY_PROXY_REFUSED] = { "the proxy does not connect",
                                 "ask who runs it" },
    [FIMG_WHY_PIN] = { "the server's key is none of the pins",
                       "check for a proxy, or add the new key" },
    [FIMG_WHY_TOKEN_REPLY] = { "the reply has no usable token",
                               "check host and app" },
    [FIMG_WHY_TOKEN_SIZE] = { "the token exceeds the memory for it",
                              "give it 4608 bytes" },
    [FIMG_WHY_NAME] = { "the host name has no address",
                        "check it, and the name server" },
    [FIMG_WHY_CONNECT] = { "no connection to the server",
                           "check network, host and port" },
    [FIMG_WHY_LOST] = { "the connection was lost", AGAIN },
    [FIMG_WHY_PORT] = { "the port broke its contract", "run port_check on it" },
    [FIMG_WHY_CONNECT_LIMIT] = { "connecting took too long", AGAIN },
    [FIMG_WHY_IDLE_LIMIT] = { "the server went silent", AGAIN },
    [FIMG_WHY_RATE_LIMIT] = { "the server was too slow", AGAIN },
    [FIMG_WHY_TOTAL_LIMIT] = { "the time limit ran out", AGAIN },
    [FIMG_WHY_UNKNOWN_CA] = { "the certificate leads to no trusted root",
                              "check the trust anchors, and for a proxy" },
    [FIMG_WHY_EXPIRED] = { "a certificate has expired",
                           "check the clock, then the server" },
    [FIMG_WHY_NOT_YET_VALID] = { "a certificate is not yet valid",
                                 "set the clock" },
    [FIMG_WHY_WRONG_NAME] = { "the certificate is for another host",
                              "check the host name" },
    [FIMG_WHY_WEAK_KEY] = { "a certificate's RSA key is below 2048 bits",
                            SERVER },
    [FIMG_WHY_KEY_USAGE] = { "a certificate is not meant for this use",
                             SERVER },
    [FIMG_WHY_CHAIN] = { "the certificate chain is out of order or garbled",
                         "the server must send it leaf first" },
    [FIMG_WHY_CHAIN_LENGTH] = { "the certificate chain is too long", SERVER },
    [FIMG_WHY_CERT_UNSUPPORTED] = { "a certificate's algorithm is not accepted",
                                    SERVER },
    [FIMG_WHY_TRUST_UNREADABLE] = { "the trust anchors cannot be read, or "
                                    "there are none",
                                    "give PEM certificates" },
    [FIMG_WHY_NO_CLOCK] = { "the time of day is not known", "set the clock" },
    [FIMG_WHY_NO_ENTROPY] = { "there is no source of randomness",
                              "give the port one" },
    [FIMG_WHY_TLS_VERSION] = { "the server does not speak TLS 1.2",
                               "enable it there" },
    [FIMG_WHY_TLS_ALERT] = { "the server broke off TLS with an alert",
                             "it must offer ECDHE with AES-GCM or ChaCha20" },
    [FIMG_WHY_TLS_DAMAGED] = { "a TLS record was damaged on its way", AGAIN },
    [FIMG_WHY_RECORD_SIZE] = { "a TLS record is too large for the buffer",
                               "build with FIMG_RECORD_MAX 16384" },
    [FIMG_WHY_TLS_PROTOCOL] = { "the server broke the TLS protocol", HTTPS },
    [FIMG_WHY_STATUS_LINE] = { "the reply is not HTTP/1.1", HTTPS },
    [FIMG_WHY_FIELD] = { "a header field is malformed", REPORT },
    [FIMG_WHY_FRAMING] = { "the reply's length is malformed or ambiguous",
                           REPORT },
    [FIMG_WHY_ENCODING] = { "the reply is compressed, unasked", REPORT },
    [FIMG_WHY_HEAD_SIZE] = { "the reply's head is too large", REPORT },
    [FIMG_WHY_INTERIM] = { "unexpected interim responses", REPORT },
    [FIMG_WHY_CHUNK] = { "a chunk of the reply is malformed", REPORT },
    [FIMG_WHY_CUT_SHORT] = { "the server ended the reply early", AGAIN },
    [FIMG_WHY_TOO_LARGE] = { "the image is larger than allowed",
                             "raise the size limit" },
    [FIMG_WHY_EMPTY] = { "the reply is empty", "check the image key" },
    [FIMG_WHY_JSON] = { "the reply is JSON, not an image", REPORT },
    [FIMG_WHY_HTTP_STATUS] = { "unexpected HTTP status",
                               "check the base URL; redirects are not "
                               "followed" },
    [FIMG_WHY_REFUSED] = { "the server refused", "" },
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char *status_advice(uint16_t http_status)
{
    if (http_status == 401)
        return RENEW;
    if (http_status == 404)
        return "check base URL and image key";
    if (http_status == 429)
        return SLOWER;
    return http_status >= 500 ? LATER : "";
}

const char *fimg_advice(enum fimg_reason reason, uint16_t http_status,
                        int32_t code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].advice;
    if (reason == FIMG_WHY_REFUSED)
        return status_advice(http_status);
    return reasons[reason].advice;
}

const char *fimg_reason_text(enum fimg_reason reason)
{
    return (size_t)reason < COUNT(reasons) ? reasons[reason].text : "unknown";
}

const char *fimg_code_name(int32_t code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i].code == code)
            return codes[i].name;
    return "";
}

#else

const char *fimg_advice(enum fimg_reason reason, uint16_t http_status,
                        int32_t code)
{
    (void)reason;
    (void)http_status;
    (void)code;
    return "";
}

const char *fimg_reason_text(enum fimg_reason reason)
{
    (void)reason;
    return "";
}

const char *fimg_code_name(int32_t code)
{
    (void)code;
    return "";
}

#endif
