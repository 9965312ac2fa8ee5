"""Finding people by parts of their names, alike in both databases."""

import pytest

from accounts.called import called
from accounts.models import User
from rooms.models import WorkspaceMembership
from tests.cast import program

NAMES = {
    "amara": "Amara Okafor",
    "elodie": "Élodie Dupré",
    "林薇": "林薇",
    "odysseus": "ΟΔΥΣΣΕΥΣ",
    "tom": "Ｔｏｍ Ｗａｉｔｓ",
    "per_cent": "100% _sure_",
    "olga": "Ольга",
}


@pytest.fixture
def people(place) -> dict[str, User]:
    made = {name: User.objects.create(username=name, display_name=shown) for name, shown in NAMES.items()}
    for user in made.values():
        WorkspaceMembership.objects.create(workspace=place, user=user)
    return made


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", set(NAMES)),
        ("  ", set(NAMES)),
        ("AMAR", {"amara"}),
        ("@amara", {"amara"}),
        ("okafor amara", {"amara"}),
        ("okafor elodie", set()),
        ("éLODIE", {"elodie"}),
        ("DUPRÉ", {"elodie"}),
        ("薇", {"林薇"}),
        ("林", {"林薇"}),
        ("林薇", {"林薇"}),
        ("οδυσσ", {"odysseus"}),
        ("σευς", {"odysseus"}),
        ("tom waits", {"tom"}),
        ("ｔｏｍ", {"tom"}),
        ("ＡＭＡＲＡ", {"amara"}),
        ("ＯКАＦＯＲ", set()),
        ("ОЛЬГА", {"olga"}),
        ("%", {"per_cent"}),
        ("_sure", {"per_cent"}),
        ("_", {"per_cent"}),
        ("\\", set()),
        ("' OR 1=1 --", set()),
        ("x" * 10_000, set()),
    ],
)
def test_parts_of_names_in_any_script(people, words, found):
    assert {user.username for user in called(User.objects.all(), words)} == found


def test_over_rest_one_finds_whom_one_may_see(people, place, bob, gus, charlie):
    path = "/api/v1/users/"
    found = program(bob).get(path, {"q": "薇"}).json()["results"]
    assert [set(one) for one in found] == [{"id", "username", "display_name", "avatar_url", "is_bot"}]
    assert [one["display_name"] for one in program(bob).get(path, {"q": "ÉLO"}).json()["results"]] == ["Élodie Dupré"]
    assert program(bob).get(path, {"q": "bo", "workspace": place.pk}).json()["results"][0]["id"] == bob.pk
    for user in (gus, charlie):
        assert program(user).get(path, {"q": "薇"}).json()["results"] == []
    first = program(bob).get(path, {"limit": 2, "q": "a"}).json()
    assert len(first["results"]) == 2 and "q=a" in first["next"]


def test_who_is_deactivated_is_not_offered(people, bob):
    User.objects.filter(username="amara").update(is_active=False)
    assert program(bob).get("/api/v1/users/", {"q": "amara"}).json()["results"] == []


def test_nothing_says_whom_one_blocks(people, bob):
    before = program(bob).get("/api/v1/users/", {"q": "amara"}).json()
    program(bob).post("/api/v1/users/me/blocks/", {"user": people["amara"].pk}, content_type="application/json")
    assert program(bob).get("/api/v1/users/", {"q": "amara"}).json() == before
