"""The REST side of one session, by urllib in a thread."""

import asyncio
import json
import urllib.error
import urllib.request

from tests.stranger.page import WAIT, members, same


class Rest:
    def __init__(self, base):
        self.base, self.token = base, None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def _once(self, method, path, body):
        headers = {"Accept": "application/json, */*;q=0.1"}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        data = None if body is None else json.dumps(body).encode()
        headers |= {} if data is None else {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.base}/api/v1/{path}", data, headers, method=method)
        try:
            answer = self.opener.open(request, timeout=WAIT)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            raw = answer.read()
            return answer.status, answer.headers.get_content_type(), json.loads(raw) if raw else None

    async def call(self, method, path, body=None, status=range(200, 300), code=None):
        """The answer's JSON; `status` is one or several that are right, `code` that of the expected problem."""
        what, allowed = f"{method} {path}", [status] if isinstance(status, int) else status
        for _ in range(WAIT):
            found, kind, answer = await asyncio.to_thread(self._once, method, path, body)
            if found != 429:
                break
            await asyncio.sleep(answer["retry_after"])
        same(found in allowed, True, f"{what} is answered with {found} {answer!r:.300}; the status is right")
        if code:
            problem = ("application/problem+json", code, found)
            same((kind, answer["code"], answer["status"]), problem, f"the problem that {what} meets")
        return answer

    async def sign_in(self, username, password):
        tokens = await self.call("POST", "auth/token/", {"username": username, "password": password})
        members(tokens, {"access", "refresh"}, "the answer of auth/token/")
        self.token = tokens["access"]
