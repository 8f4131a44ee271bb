/*
 * session.c: parameters of a TLS session from any 120 bytes.
 */
#include "fimg_session.h"

#include "any.h"

int main(void)
{
    struct fimg_session s;
    struct fimg_trust trust = { 0 };
    br_ssl_session_parameters parameters;
    char host[256];
    struct fimg_server server = { host, any_u16(), &trust, any_u32() };

    any_bytes(host, sizeof host - 1);
    host[sizeof host - 1] = '\0';
    any_bytes(&s, sizeof s);
    trust.version = any_u32();
    if (fimg_session_load(&s, &server, &parameters))
        must(parameters.session_id_len <= sizeof parameters.session_id);
    any_bytes(&parameters, sizeof parameters);
    fimg_session_save(&s, &server, &parameters);
    return 0;
}
