"""A password that another person has set opens one page: that on which it is changed."""

from __future__ import annotations

from dashboard.sitemap import PLACES
from dashboard.visits import session
from dashboard.visits.keys import Shell
from data.ledger.logins import issue_ticket, list_logins, redeem_ticket
from data.ledger.users import add_user, check_password, set_password
from tests.dashboard.office import Office, check

GIVEN, OWN = "correct horse battery", "staple-yunduan-lantern"


def test_a_password_of_others_is_changed_before_anything_else(office: Office) -> None:
    world, ledger = office.world, office.world.ledger
    add_user(ledger, "adm", "neu", "新来的", ["inspector", "lead"], now=world.tick())
    set_password(ledger, "adm", "neu", GIVEN, now=world.tick())
    for place in PLACES:
        if place.address not in ("findings", "account"):
            continue
        with office.open("neu", place.address) as at:
            assert [each.value for each in at.title] == ["先换一个自己的密码"]
            assert len(at.text_input) == 2 and not at.selectbox and not at.radio
    with office.open("neu", "findings") as at:
        # The cookie of such a login opens no file and takes none.
        (login, *_) = list_logins(ledger.engine, "neu", session.now())
        token = redeem_ticket(ledger.engine, issue_ticket(ledger.engine, login.id, session.now()), session.now())
        assert session.find_login(ledger.engine, token=str(token)) is None
        for new, again, told in (
            (OWN, GIVEN, "两遍新密码不一样，请重新输入。"),
            ("Password123!", "Password123!", "太容易猜到"),
            (GIVEN, GIVEN, "新密码和现在的一样，请换一个。"),
            (OWN, OWN, ""),
        ):
            at.text_input(Shell.FIRST_NEW).set_value(new)
            at.text_input(Shell.FIRST_AGAIN).set_value(again)
            at.button(Shell.FIRST_SET).click()
            check(at.run())
            assert [told in each.value for each in at.error] == ([True] if told else []), at.error
        assert [each.value for each in at.title] == ["问题"]
    assert check_password(ledger, "neu", OWN, now=world.tick())["id"] == "neu"
    # The login that the given password had opened has ended with it.
    assert session.find_login(ledger.engine, id=login.id, newcomer=True) is None
    set_password(ledger, "adm", "neu", GIVEN, now=world.tick())
    with office.open("neu", "findings") as at:
        assert [each.value for each in at.title] == ["先换一个自己的密码"]
