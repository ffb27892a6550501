"""A check of the login that is red shows the answer, and not the token in it."""


def test_a_red_login_shows_no_token(on_embedded):
    outcome = on_embedded.run("-q", "--check", "v1-auth-token-form", "--inject", "storage-token-is-another")

    assert outcome.code == 1
    assert "X-Auth-Token: ***" in outcome.output
    assert "AUTH_rgwtk" not in outcome.output
    for path in outcome.directory.rglob("*"):
        assert not path.is_file() or b"AUTH_rgwtk" not in path.read_bytes(), path
