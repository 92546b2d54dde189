"""A phone that holds ten versions of its checklists starts like one that holds one: it reads no body it does not need."""

import re

from playwright.sync_api import expect

from tests.cast import LIN
from tests.e2e.house import House
from tests.e2e.kept_versions import bodies_read, keep_versions, watch


def test_start_reads_no_checklist_and_a_visit_reads_its_own_alone(house: House, phone_of) -> None:
    lin = phone_of(LIN)
    lin.prepare()
    lin.wait_all_sent()
    keep_versions(lin.page, 10)
    watch(lin.context)
    asked: list[str] = []
    lin.page.on("request", lambda request: asked.append(request.url))

    with lin.page.expect_response(re.compile("/api/v1/sync")):
        lin.page.reload()
    expect(lin.page.get_by_role("link", name="出发").first).to_be_visible()
    lin.wait_all_sent()

    assert bodies_read(lin.page) == []
    assert [url for url in asked if "/checklists/" in url] == []

    lin.arrive()
    (digest,) = set(bodies_read(lin.page))
    assert re.fullmatch("[0-9a-f]{64}", digest)
    assert not digest.startswith("0000")  # none of the copies
