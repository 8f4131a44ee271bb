"""What has a memory: tokens, their end, limits, refusals to order."""

import json
import urllib.parse
import urllib.request

from check_client import AUTH, IMAGES, case, equal


@case
def nginx_alone(client):
    equal(client.image(client.feishu.token), (200, 0))
    equal(client.image("t-wrong"), (400, 99991663))
    equal(client.image("eyJwrong"), (400, 99991668))
    assert not client.feishu.gate.ask_file.exists()
    equal(client.feishu.app.counts()["images"], 0)


@case
def classic_token(client):
    first = client.token()
    equal(list(first), ["code", "msg", "tenant_access_token", "expire"])
    token = first["tenant_access_token"]
    equal((first["code"], first["msg"], len(token)), (0, "ok", 42))
    equal(client.image(token), (200, 0))
    equal(client.image(client.feishu.token), (200, 0))
    equal(client.image("t-wrong"), (400, 99991663))
    client.app.advance(7200 - 1801)
    again = client.token()
    equal(again["tenant_access_token"], token)
    assert 1798 <= again["expire"] <= 1801, again["expire"]
    client.app.advance(2)
    other = client.token()["tenant_access_token"]
    assert other != token
    equal([client.image(each) for each in (token, other)], [(200, 0)] * 2)
    client.app.advance(1800)
    equal(client.image(token), (400, 99991663))
    equal(client.image(other), (200, 0))
    equal(client.app.counts()["internal"], 3)


@case
def classic_refusals(client):
    for path in (f"{AUTH}/internal", f"{AUTH}/internal/",
                 f"/some/prefix{AUTH}/internal"):
        equal(client.json("POST", path, {"app_id": "x", "app_secret": "y"}),
              (200, {"code": 10003, "data": {}, "msg": "invalid param"}))
    equal(client.json("POST", f"{AUTH}/internal",
                      {"app_id": client.app.app_id, "app_secret": "y"}),
          (200, {"code": 10014, "msg": "app secret invalid"}))
    equal(client.json("POST", f"{AUTH}/internal",
                      {"app_id": "cli_x", "app_secret": "y"})[1]["code"], 10014)
    for method, path in (("GET", f"{AUTH}/internal"),
                         ("PUT", "/oauth/v3/token"),
                         ("POST", f"{AUTH}/other"),
                         ("POST", IMAGES + client.feishu.key("png-tiny"))):
        status, _, data = client.ask(method, path)
        equal((status, data), (404, b"404 page not found"))


@case
def store_token(client):
    right = {"app_access_token": client.app.app_access_token,
             "tenant_key": client.app.tenant_key}
    answer = client.json("POST", AUTH, right)[1]
    equal((answer["code"], answer["msg"]), (0, "success"))
    equal(client.image(answer["tenant_access_token"]), (200, 0))
    for name, code in (("app_access_token", 99991664), ("tenant_key", 10013)):
        status, answer = client.json("POST", AUTH, {**right, name: "x"})
        equal((status, answer["code"]), (200, code))
    equal(client.json("POST", AUTH, {})[1]["code"], 10003)


@case
def oauth_token(client):
    client.app.lengths(jwt=4096)
    fields = {"grant_type": "client_credentials",
              "client_id": client.app.app_id,
              "client_secret": client.app.secret}

    def ask(**changes):
        status, _, data = client.ask(
            "POST", "/oauth/v3/token",
            urllib.parse.urlencode({**fields, **changes}),
            Content_Type="application/x-www-form-urlencoded")
        return status, json.loads(data)
    status, answer = ask()
    token = answer.pop("access_token")
    equal((status, answer, len(token)), (200, {
        "token_type": "Bearer", "expires_in": 7200, "code": 0}, 4096))
    assert token.startswith("eyJ") and token.count(".") == 2
    equal(client.image(token), (200, 0))
    status, answer = ask(client_secret="wrong")
    equal((status, answer["error"], answer["code"]),
          (400, "invalid_grant", 20003))
    equal(client.json("POST", "/oauth/v3/token", fields)[0], 200)
    client.app.kill()
    equal(client.image(token), (400, 99991668))


@case
def shapes(client):
    client.app.shape(expire="soon", order="reversed",
                      extra={"data": {"expire": 1}}, omit=["msg"])
    answer = client.token()
    equal(list(answer), ["data", "expire", "tenant_access_token", "code"])
    equal(answer["expire"], "soon")
    client.app.shape(omit=["expire"], token="t-a\r\nb")
    equal(client.token(), {"code": 0, "msg": "ok",
                           "tenant_access_token": "t-a\r\nb"})
    client.app.answer_next("internal", '[]', times=2)
    equal([client.token() for _ in range(2)], [[], []])
    client.app.refuse_next("internal", 10500)
    equal(client.token()["code"], 10500)


@case
def dead_tokens(client):
    token = client.token()["tenant_access_token"]
    client.app.kill()
    equal(client.image(token), (400, 99991663))
    equal(client.image(client.feishu.token), (200, 0))
    new = client.token()["tenant_access_token"]
    assert new != token
    client.app.kill(code=99991677, status=200, keep=True)
    equal(client.token()["tenant_access_token"], new)
    equal(client.image(new), (200, 99991677))


@case
def rate_limits(client):
    client.app.limit(per_second=3, per_minute=5)
    token = client.token()["tenant_access_token"]
    client.app.advance(60 - client.app.now() % 60)
    equal([client.image(token)[0] for _ in range(4)], [200] * 3 + [429])
    status, headers, data = client.ask(
        "GET", IMAGES + client.feishu.key("png-tiny"),
        Authorization=f"Bearer {token}")
    equal((status, json.loads(data)["msg"], headers["x-ogw-ratelimit-limit"],
           headers["x-ogw-ratelimit-reset"]),
          (429, "request trigger frequency limit", "3", "1"))
    client.app.advance(1)
    equal([client.image(token)[0] for _ in range(3)], [200, 200, 429])
    equal(client.resource("file_v3_0001_small",
                          Authorization=f"Bearer {token}")[0], 200)
    equal(client.image(client.feishu.token), (200, 0))
    headers = client.ask("GET", IMAGES + "x",
                         Authorization=f"Bearer {token}")[1]
    equal(headers["x-ogw-ratelimit-limit"], "5")
    assert 55 <= int(headers["x-ogw-ratelimit-reset"]) <= 59
    client.app.no_limit()
    equal(client.image(token), (200, 0))
    client.app.refuse_next("images", 99991400, reset="7")
    equal(client.image(token), (429, 99991400))
    equal(client.image(token), (200, 0))


@case
def over_http(client):
    def control(path, value=None):
        request = urllib.request.Request(
            client.feishu.control_url + path,
            None if value is None else json.dumps(value).encode())
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)
    assert "images" in control("")
    app = "?app=" + client.app.app_id
    client.token()
    equal(control(app)["internal"], 1)
    equal(control("/lifetime" + app, {"seconds": 5}), None)
    equal(control("/kill" + app, {}), None)
    equal(client.token()["expire"], 5)
    equal(len(control("/issued" + app, {})), 2)
    assert control("/new_app", {})["app_id"].startswith("cli_")
