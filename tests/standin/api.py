"""What Feishu says when it has no image to give: codes, texts, headers.

Taken from the documentation and from captured replies; where no HTTP status
is documented, 400. Headers that only take up room have invented values of the
right length and shape.
"""

import json
import random

# HTTP status, code, msg: what `GET .../images/<key>` itself answers, then the
# general codes of the platform.
ERRORS = [
    (400, 234001, "Invalid request param."),
    (401, 234002, "Unauthorized."),
    (400, 234005, "Image has been deleted"),
    (400, 234007, "App does not enable bot feature."),
    (400, 234008, "The app is not the resource sender"),
    (400, 234041, "Tenant master key has been deleted, please contact the "
                  "tenant administrator."),
    (400, 234042, "Hybrid deployment tenant storage error, please contact "
                  "the tenant administrator."),
    (400, 1500, "internal error"),
    (400, 1503, "internal error"),
    (400, 1642, "internal error"),
    (400, 1663, "internal error"),
    (400, 1668, "internal error"),
    (400, 2200, "internal error"),
    (400, 4001, "Invalid token, please refresh"),
    (400, 5000, "internal error"),
    (400, 9499, "bad request OR invalid param"),
    (400, 10003, "invalid param"),
    (400, 10005, "app id unauthorized"),
    (400, 10012, "get app access token fail"),
    (400, 10013, "get tenant access token fail"),
    (400, 10014, "app secret invalid"),
    (400, 10015, "wrong app secret"),
    (400, 10017, "bot is not the owner of the resource"),
    (400, 10101, "internal error"),
    (400, 10500, "internal server error"),
    (400, 11205, "app do not have bot"),
    (400, 11221, "image does not belong to you"),
    (400, 11227, "image key not exist"),
    (400, 11232, "create message trigger rate limit"),
    (400, 11233, "create message trigger rate limit"),
    (400, 11240, "robot not turned on"),
    (400, 11247, "internal message trigger rate limit"),
    (400, 21000, "access denied by the access control policy"),
    (400, 21001, "access denied by the access control policy"),
    (400, 1000004, "method rate limited"),
    (400, 1000005, "service rate limited"),
    (404, 99991201, "resource not find"),
    (404, 99991301, "request method doesn't match"),
    (429, 99991400, "request trigger frequency limit"),
    (400, 99991401, "ip 203.0.113.7 is denied by app setting"),
    (400, 99991403, "This month's API call quota has been exceeded"),
    (400, 99991543, "app_id or app_secret does not exist"),
    (400, 99991661, "Missing access token for authorization. Please make a "
                    "request with token attached."),
    (400, 99991662, "app not in use"),
    (400, 99991663, "Invalid access token for authorization. Please make a "
                    "request with token attached."),
    (400, 99991664, "invalid app token"),
    (400, 99991665, "invalid tenant code"),
    (400, 99991668, "Invalid access token for authorization. Please make a "
                    "request with token attached."),
    (400, 99991671, "Invalid token: must start with t-/u-"),
    (400, 99991672, "Access denied. One of the following scopes is required: "
                    "[im:resource].应用尚未开通所需的应用身份权限：[im:resource]，"
                    "点击链接申请并开通任一权限即可："
                    "https://open.feishu.cn/app/cli_a1b2c3/auth?q=im:resource"),
    (400, 99991673, "unauthorized app"),
    (400, 99991676, "token no permission"),
    (400, 99991677, "token expire"),
    (400, 99991679, "Unauthorized. You do not have permission to perform the "
                    "requested operation on the resource. Please request user "
                    "re-authorization and try again. required one of these "
                    "privileges under the user identity: [im:resource]"),
    (400, 99992402, "field validation failed"),
]

# What only `GET .../messages/<id>/resources/<key>` answers.
MESSAGE_ERRORS = [
    (400, 230110, "Action unavailable as the message has been deleted."),
    (400, 234003, "File not in message."),
    (400, 234004, "App not in chat."),
    (400, 234009, "Lack of necessary permissions."),
    (400, 234019, "scope CheckAppTenant fail."),
    (400, 234037, "Downloaded file size exceeds limit."),
    (400, 234038, "The message or its chat is in restricted mode."),
    (400, 234040, "The message is invisible to the operator."),
    (400, 234043, "Unsupported message type."),
]
# code -> status, msg
BY_CODE = {code: (status, msg)
           for status, code, msg in ERRORS + MESSAGE_ERRORS}

# What comes with a code beside the headers of every reply.
EXTRA_HEADERS = {
    99991400: {"x-ogw-ratelimit-limit": "100", "x-ogw-ratelimit-reset": "1"},
}

# What comes in `error` of some codes beside log_id and troubleshooter.
EXTRA_ERROR = {
    99991672: {
        "permission_violations": [{
            "type": "action_scope_required", "subject": "im:resource",
            "description": ""}],
        "helps": [{
            "url": "https://open.feishu.cn/app/cli_a1b2c3/auth?q=im:resource",
            "description": "点击链接申请并开通任一权限即可"}]},
    99992402: {
        "field_violations": [{
            "field": "image_key", "value": "x",
            "description": "image_key is unfit"}]},
}

# Replies that are no images and have no code: key ending -> status,
# Content-Type, body, extra headers.
PLAIN_REPLIES = {
    "http_201": (201, "image/png", "created", {}),
    "http_202": (202, "text/plain", "accepted", {}),
    "http_204": (204, None, None, {}),
    "http_206": (206, "image/png", "not asked for",
                 {"Content-Range": "bytes 0-12/100"}),
    "http_304": (304, None, None, {}),
    "http_401": (401, "text/html", "<html>401 Unauthorized</html>\n", {}),
    "http_403": (403, "text/html", "<html>403 Forbidden</html>\n", {}),
    "http_404": (404, "text/plain", "404 page not found", {}),
    "http_413": (413, "text/html", "<html>413 Too Large</html>\n", {}),
    "http_429": (429, "text/html", "<html>429 Too Many Requests</html>\n",
                 {"Retry-After": "1"}),
    "http_500": (500, "text/html", "<html>500 Internal Server Error</html>\n",
                 {}),
    "http_502": (502, "text/html", "<html>502 Bad Gateway</html>\n", {}),
    "http_503": (503, "text/html", "<html>503 Service Unavailable</html>\n",
                 {}),
    "http_504": (504, "text/html", "<html>504 Gateway Time-out</html>\n", {}),
    "html_200": (200, "text/html", "<html>Log in to this network</html>\n",
                 {}),
    "json_ok": (200, "application/json",
                '{"code":0,"data":{},"msg":"success"}', {}),
    "json_no_code": (400, "application/json", '{"message":"no code"}', {}),
    "json_cut": (400, "application/json", '{"code":234001,"msg":"Inval', {}),
    "empty": (200, "image/png", "", {}),
    "empty_400": (400, "application/json", "", {}),
}
# Status of img_http_<status> -> where its Location points.
REDIRECTS = {status: "https://cdn.example/image.png?sign=abc"
             for status in (301, 302, 303, 307, 308)}


def error_json(code, msg, log_id):
    """The body of an error reply, as compact as Feishu's."""
    error = {
        "log_id": log_id,
        "troubleshooter":
            "排查建议查看(Troubleshooting suggestions): "
            f"https://open.feishu.cn/search?from=openapi&log_id={log_id}"
            f"&code={code}&method_id=6960876966427033601",
        **EXTRA_ERROR.get(code, {})}
    return json.dumps({"code": code, "msg": msg, "error": error},
                      ensure_ascii=False, separators=(",", ":"))


def noise_headers():
    """Name and value of headers that no client needs, about 1 KB of them."""
    made_up = random.Random(6)

    def text(letters, length):
        return "".join(made_up.choices(letters, k=length))
    base64url = ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                 "0123456789-_")
    hexadecimal = "0123456789abcdef"
    trace_id = f"00-{text(hexadecimal, 32)}-{text(hexadecimal, 16)}-00"
    return {
        "X-Lgw-Dst-Svc": text(base64url, 368),
        "Tt_stable": "1",
        "server-timing": "cdn-cache;desc=MISS,edge;dur=0,origin;dur=39",
        "x-tt-trace-host": text(hexadecimal, 194),
        "x-tt-trace-id": trace_id,
        "x-tt-trace-tag": "id=03;cdn-cache=miss;type=dyn",
        "Via": "vcache10.cn1402[39,0]",
        "Timing-Allow-Origin": "*",
        "EagleId": text(hexadecimal, 26),
    }
