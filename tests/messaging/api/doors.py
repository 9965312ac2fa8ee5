"""How a refusal is checked."""


def refused(answer, status, code):
    """The problem document of `answer`, which must be a refusal with this status and code."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    return answer.json()
