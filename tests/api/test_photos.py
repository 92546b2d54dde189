"""Looking at photos: what is served and how, for whom, what of it is written down, what is covered."""

import gzip
import io
import json
import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from PIL import Image

from mingcha.flows import viewing
from mingcha.jobs import worker
from mingcha.media import apart
from mingcha.store import audit, blobs
from tests.cast import CHEN, COUNTY, LIN, QIAN, SHI, WU, ZHAO, ZHOU
from tests.conftest import problem_of
from tests.media.hostile import HTML, files
from tests.visits import photo_bytes

REASON = {"Mingcha-Reason": quote("复核申诉")}
#: Of the hostile files, one of each end; `tests/media/test_hostile.py` opens them all.
SENT = ("50,000 × 50,000 by its header", "a JPEG that is a page too", "TIFF renamed", "truncated", "zero bytes",
        "animated WebP")
FACE = {"x": 2000, "y": 2000, "w": 4000, "h": 4000, "kind": "face"}


def sent(phone, data, indicator="4", **change):
    photo = phone.announce(data, indicator, **change)
    phone.sync()
    assert phone.upload(photo, data).status_code == 201
    return photo


def gallery(client, inspection):
    return client.get(f"/api/v1/inspections/{inspection}/photos").get_json()


def opened(answer):
    return Image.open(io.BytesIO(answer.data))


def test_received_bytes_never_leave_as_something_that_a_browser_opens(zhou, lin, inside):
    for data in (photo_bytes() + HTML, HTML, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"):
        photo = sent(lin, data)
        answer = zhou.client.get(f"/api/v1/photos/{photo}/original", headers=REASON)
        assert answer.data == data
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        shown = zhou.client.get(f"/api/v1/photos/{photo}/large")
        if shown.status_code == 200:
            assert HTML not in shown.data
            assert (shown.content_type, shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")


def test_a_hostile_file_is_kept_whole_and_shown_as_what_it_is(zhou, lin, inside):
    sent_as = {
        sent(lin, data): (data, said)
        for name, data, said in files()
        if name in SENT
    }
    while worker.work_off():
        pass
    seen = {each["id"]: each for each in gallery(zhou.client, lin.inspection)["photos"]}
    for photo, (data, said) in sent_as.items():
        assert seen[photo]["state"] == ("verified" if data else "unannounced")  # no op may announce nothing
        if not data:
            continue
        assert seen[photo]["shown"] is (said == "picture")
        assert ("photo.unreadable" in [flag["code"] for flag in seen[photo]["flags"]]) is (said != "picture")
        answer = zhou.client.get(f"/api/v1/photos/{photo}/thumb")
        assert answer.status_code == (200 if said == "picture" else 422)
        assert zhou.client.get(f"/api/v1/photos/{photo}/original", headers=REASON).data == data


def test_the_first_pictures_come_with_the_list_as_each_would_be_shown_and_badges_do_not(zhou, lin, client_of, inside):
    """Flagged ones first, then in the order of the sheet's rows; a reader of results gets the covered picture."""
    plain = sent(lin, photo_bytes(1), indicator="5")
    early = sent(lin, photo_bytes(2), indicator="1.1")
    grave = sent(lin, photo_bytes(3), indicator="5", source="import")
    badge = sent(lin, photo_bytes(4), indicator="1.1", kind="badge")
    while worker.work_off():
        pass
    address = f"/api/v1/inspections/{lin.inspection}/photos?first="

    def brought(client, most):
        photos = client.get(f"{address}{most}").get_json()["photos"]
        return {each["id"]: b64decode(each["picture"]) for each in photos if "picture" in each}

    assert list(brought(zhou.client, 0)) == []
    assert set(brought(zhou.client, 12)) == {plain, early, grave}
    assert set(brought(zhou.client, 1)) == {grave}
    assert badge not in brought(zhou.client, 24)
    assert brought(zhou.client, 12)[plain] == zhou.client.get(f"/api/v1/photos/{plain}/thumb").data
    assert problem_of(zhou.client.get(f"{address}25")) == "invalid"

    zhou.client.put(f"/api/v1/photos/{plain}/redaction", json={"boxes": [FACE]})
    reader = client_of(WU)
    assert plain not in brought(reader, 12)  # its covered picture was never made
    covered = reader.get(f"/api/v1/photos/{plain}/thumb").data
    assert brought(reader, 12)[plain] == covered != brought(zhou.client, 12)[plain]


def test_the_list_is_packed_for_whoever_takes_it_packed(zhou, lin):
    sent(lin, photo_bytes(1))
    address = f"/api/v1/inspections/{lin.inspection}/photos"
    packed = zhou.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert (packed.headers["Content-Encoding"], packed.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert json.loads(gzip.decompress(packed.data)) == zhou.client.get(address).get_json()


def test_a_thumbnail_seen_before_is_asked_for_again_by_its_tag_and_a_badge_is_never_remembered(zhou, lin):
    scene, badge = sent(lin, photo_bytes(1)), sent(lin, photo_bytes(2), kind="badge")
    first = zhou.client.get(f"/api/v1/photos/{scene}/thumb")
    again = zhou.client.get(f"/api/v1/photos/{scene}/thumb", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Cache-Control"], again.status_code, again.data) == ("private, max-age=60", 304, b"")
    private = zhou.client.get(f"/api/v1/photos/{badge}/thumb", headers=REASON)
    assert private.headers["Cache-Control"] == "no-store"
    assert "ETag" not in private.headers


@pytest.mark.parametrize("why", [None, "", "%20", "x", quote("长" * 201), "%00%01"])
def test_a_badge_and_an_original_ask_why_and_write_nothing_down_when_nobody_says(zhou, lin, inside, why):
    badge = sent(lin, photo_bytes(), kind="badge")
    headers = {} if why is None else {"Mingcha-Reason": why}
    for size in ("thumb", "large", "original"):
        answer = zhou.client.get(f"/api/v1/photos/{badge}/{size}", headers=headers)
        assert (answer.status_code, problem_of(answer)) == (422, "photo.reason")
    assert not [event for event in audit.latest(COUNTY, COUNTY, limit=50) if event["deed"].startswith("photo.")]


def test_a_photo_that_may_be_a_badge_is_treated_as_one(zhou, lin, zhao, client_of):
    photo = sent(lin, photo_bytes())
    zhao.sync()
    lin.write(f"photo/{photo}/kind", "badge")
    zhao.write(f"photo/{photo}/kind", "layout")
    lin.sync()
    zhao.sync()
    assert problem_of(zhou.client.get(f"/api/v1/photos/{photo}/thumb")) == "photo.reason"
    assert problem_of(client_of(WU).get(f"/api/v1/photos/{photo}/thumb")) == "not_allowed"
    unannounced = "0190b0c0-0000-7000-8000-0000000000aa"
    assert lin.upload(unannounced, photo_bytes(3)).status_code == 201
    assert problem_of(zhou.client.get(f"/api/v1/photos/{unannounced}/thumb")) == "photo.reason"
    assert unannounced not in {each["id"] for each in gallery(client_of(WU), lin.inspection)["photos"]}


def test_the_gallery_says_what_one_may_do_and_is_for_those_who_may_look(zhou, lin, client_of):
    sent(lin, photo_bytes())
    seen = gallery(zhou.client, lin.inspection)
    assert [row["id"] for row in seen["rows"]] == ["1", "2", "3", "4"]
    assert seen["may"] == {"badge": True, "original": True, "redact": True, "proof": True}
    assert gallery(client_of(WU), lin.inspection)["may"] == {
        "badge": False, "original": False, "redact": False, "proof": True,
    }  # fmt: skip
    for person, code in ((SHI, "not_found"), (QIAN, "not_found"), (CHEN, "not_allowed")):
        answer = client_of(person).get(f"/api/v1/inspections/{lin.inspection}/photos")
        assert problem_of(answer) == code


def test_a_nearly_same_picture_of_another_year_is_named_to_those_who_may_see_it_there(
    zhou, lin, phone_of, new_visit, inside
):
    old = phone_of(LIN, "phone-of-lin-b", new_visit(LIN, ZHAO, region="990123102", visit_on="2023-03-01"))
    picture = Image.open(io.BytesIO(photo_bytes(5, 1200, 900)))
    copy = io.BytesIO()
    picture.resize((800, 600)).save(copy, "JPEG", quality=50)
    then, now = sent(old, photo_bytes(5, 1200, 900)), sent(lin, copy.getvalue())
    sent(lin, photo_bytes(6))
    while worker.work_off():
        pass
    seen = {each["id"]: each for each in gallery(zhou.client, lin.inspection)["photos"]}
    assert [flag["code"] for flag in seen[now]["flags"]] == ["photo.lookalike"]
    (twin,) = seen[now]["lookalikes"]
    assert (twin["photo"], twin["inspection"], twin["same"]) == (then, old.inspection, False)
    assert (twin["visit_on"], twin["site"]["zh"]) == ("2023-03-01", "白沙镇便民服务中心")
    back = gallery(zhou.client, old.inspection)["photos"][0]
    assert [each["photo"] for each in back["lookalikes"]] == [now]


def test_the_same_picture_twice_in_one_visit_is_said_in_words_of_its_own(zhou, lin, inside):
    """One file under two rows; another saved anew for a second row; two shots of one thing in one row are no wonder."""
    data = photo_bytes(5, 1200, 900)
    copy, shot = (io.BytesIO() for _ in range(2))
    again = Image.open(io.BytesIO(photo_bytes(6, 1200, 900)))
    again.resize((800, 600)).save(copy, "JPEG", quality=50)
    Image.open(io.BytesIO(photo_bytes(7, 1200, 900))).save(shot, "JPEG", quality=60)
    one, two = sent(lin, data, "1"), sent(lin, data, "2")
    first, second = sent(lin, photo_bytes(6, 1200, 900), "1"), sent(lin, copy.getvalue(), "3")
    near, nearer = sent(lin, photo_bytes(7, 1200, 900), "4"), sent(lin, shot.getvalue(), "4")
    while worker.work_off():
        pass

    def told():
        return {each["id"]: each for each in gallery(zhou.client, lin.inspection)["photos"]}

    flags = {photo: [(flag["code"], flag["text"]["zh"]) for flag in each["flags"]] for photo, each in told().items()}
    assert flags[one] == [("photo.again", "与本次检查的另外 1 张照片是同一个文件（指标 2）。")]
    assert flags[two] == [("photo.again", "与本次检查的另外 1 张照片是同一个文件（指标 1）。")]
    assert flags[first] == [("photo.again_near", "与本次检查另一指标下的照片几乎相同（指标 3），请对比查看。")]
    assert [code for code, _ in flags[second]] == ["photo.again_near"]
    assert flags[near] == flags[nearer] == []
    likes = {photo: [twin["photo"] for twin in each["lookalikes"]] for photo, each in told().items()}
    assert (likes[one], likes[second], likes[near]) == ([two], [first], [nearer])

    lin.write(f"photo/{two}", None, "remove", over=[op["id"] for op in lin.heads(f"photo/{two}")])
    lin.sync()
    assert (told()[one]["flags"], told()[one]["lookalikes"]) == ([], [])


def test_a_secret_visit_is_not_betrayed_by_a_picture_that_looks_like_one_of_its_own(
    zhao, phone_of, new_visit, inside, lin
):
    """赵 is on one visit only: neither flag nor count nor id tells of 林's other one."""
    secret = phone_of(LIN, "phone-of-lin-b", new_visit(LIN, _another_inspector(inside), region="990123102"))
    sent(lin, photo_bytes(5))
    before = gallery(zhao.client, zhao.inspection)
    sent(secret, photo_bytes(5))
    while worker.work_off():
        pass
    after = gallery(zhao.client, zhao.inspection)
    for each in (*before["photos"], *after["photos"]):
        each.pop("width"), each.pop("height")
    assert after["photos"] == before["photos"]
    assert secret.inspection not in str(after)
    assert secret.inspection in str(gallery(secret.client, lin.inspection))


def test_zhou_covers_a_face_and_only_those_who_may_see_originals_still_see_it(zhou, lin, client_of, inside):
    data = photo_bytes(4, 1200, 900)
    photo = sent(lin, data)
    wu = client_of(WU)
    plain = opened(wu.get(f"/api/v1/photos/{photo}/large"))
    answer = zhou.client.put(f"/api/v1/photos/{photo}/redaction", json={"boxes": [FACE]})
    assert (answer.status_code, answer.get_json()["boxes"]) == (200, [FACE])

    for client, size in ((wu, "large"), (wu, "report"), (zhou.client, "report")):
        covered = opened(client.get(f"/api/v1/photos/{photo}/{size}"))
        area = (240, 180, 720, 540)
        inside_box, outside_box = covered.crop(area), covered.crop((0, 0, 230, 170))
        assert _sharpness(inside_box.crop((10, 10, 470, 350))) < _sharpness(plain.crop(area)) / 4
        assert _difference(outside_box, plain.crop((0, 0, 230, 170))) < 6
    assert _difference(opened(wu.get(f"/api/v1/photos/{photo}/thumb")), plain.resize((320, 240))) > 1
    assert _difference(opened(zhou.client.get(f"/api/v1/photos/{photo}/large")), plain) < 1
    assert zhou.client.get(f"/api/v1/photos/{photo}/original", headers=REASON).data == data
    seen = gallery(zhou.client, lin.inspection)["photos"][0]["covered"]
    assert (seen["boxes"], seen["by"]) == ([FACE], "周")

    zhou.client.put(f"/api/v1/photos/{photo}/redaction", json={"boxes": []})
    assert _difference(opened(wu.get(f"/api/v1/photos/{photo}/large")), plain) < 1
    told = [event for event in audit.latest(COUNTY, COUNTY, limit=20) if event["deed"] == "photo.redact"]
    assert [(event["actor"], event["details"]["boxes"]) for event in told] == [(zhou.author, []), (zhou.author, [FACE])]


def test_only_a_supervisor_covers_and_only_with_well_formed_boxes(zhou, lin, client_of):
    photo = sent(lin, photo_bytes())
    url = f"/api/v1/photos/{photo}/redaction"
    assert problem_of(zhou.client.put(url, json={"boxes": [{**FACE, "w": 9000}]})) == "photo.boxes"
    assert problem_of(lin.client.put(url, json={"boxes": [FACE]})) == "not_allowed"
    assert problem_of(client_of(WU).put(url, json={"boxes": [FACE]})) == "not_allowed"


def test_a_badge_goes_into_a_report_only_when_it_is_covered(zhou, lin, inside):
    badge = sent(lin, photo_bytes(), kind="badge")
    assert problem_of(zhou.client.get(f"/api/v1/photos/{badge}/report")) == "photo.unredacted"
    assert viewing.for_report(lin.inspection, badge) is None
    zhou.client.put(f"/api/v1/photos/{badge}/redaction", json={"boxes": [FACE]})
    assert zhou.client.get(f"/api/v1/photos/{badge}/report").data == viewing.for_report(lin.inspection, badge)
    scene = sent(lin, photo_bytes(8))
    assert viewing.for_report(lin.inspection, scene)
    assert viewing.for_report(lin.inspection, "0190b0c0-0000-7000-8000-000000000009") is None


def test_a_photo_found_to_be_no_picture_is_not_opened_again_at_every_look(zhou, lin, inside, monkeypatch):
    photo = sent(lin, b"not a picture")
    assert problem_of(zhou.client.get(f"/api/v1/photos/{photo}/thumb")) == "photo.unreadable"
    monkeypatch.setattr(blobs.FolderBlobs, "get", lambda self, key: pytest.fail("read again"))
    answer = zhou.client.get(f"/api/v1/photos/{photo}/thumb")
    assert "不是支持的图片格式" in answer.get_json()["problem"]["message"]["zh"]


def test_looking_takes_two_threads_at_most_and_the_others_are_told_to_come_again(zhou, lin, client_of, inside, monkeypatch):
    """Eight ask for pictures that nobody has made; six are answered at once, and a sync meanwhile."""
    photos = [sent(lin, photo_bytes(seed)) for seed in range(8)]
    waiting, go_on, honest = threading.Semaphore(0), threading.Event(), apart.read

    def slow(data):
        waiting.release()
        assert go_on.wait(60)
        return honest(data)

    monkeypatch.setattr(apart, "read", slow)
    readers = [client_of(ZHOU) for _ in photos]
    with ThreadPoolExecutor(len(photos)) as pool:
        def ask(reader, photo):
            return reader.get(f"/api/v1/photos/{photo}/thumb")

        first = [pool.submit(ask, readers[n], photos[n]) for n in (0, 1)]
        assert all(waiting.acquire(timeout=60) for _ in first)
        others = [pool.submit(ask, readers[n], photos[n]).result(60) for n in range(2, 8)]
        assert {(each.status_code, problem_of(each)) for each in others} == {(503, "busy")}
        assert all(int(each.headers["Retry-After"]) > 0 for each in others)
        lin.say("1", "met")
        assert set(lin.sync().values()) == {"applied"}
        go_on.set()
        assert [each.result(60).status_code for each in first] == [200, 200]
    assert zhou.client.get(f"/api/v1/photos/{photos[7]}/thumb").status_code == 200


def _another_inspector(inside):
    """Somebody for a team that 赵 is not on."""
    from mingcha.flows import accounts as account_flow
    from tests.cast import Person
    from tests.conftest import PASSWORD

    liu = Person("liu", "刘", "inspector", COUNTY)
    account_flow.add(None, username="liu", name="刘", role="inspector", scope=COUNTY, password=PASSWORD)
    return liu


def _sharpness(image):
    """How much neighbouring pixels differ."""
    grey = image.convert("L")
    here, beside = grey.crop((0, 0, grey.width - 1, grey.height)), grey.crop((1, 0, grey.width, grey.height))
    pairs = zip(here.tobytes(), beside.tobytes(), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) / (grey.width * grey.height)


def _difference(a, b):
    pairs = zip(a.convert("L").tobytes(), b.convert("L").tobytes(), strict=True)
    return sum(abs(x - y) for x, y in pairs) / (a.width * a.height)
