"""A result as lines that can be read to a centre's head: every row with its working, then what is open and why."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from .checklist.model import Checklist
from .problems import PROBLEMS, words
from .scoring import Result, SiteStanding
from .scoring.tiers import reach

Language = Literal["zh", "en"]
Say = Callable[[str, str], str]


def read_result(
    result: Result, checklist: Checklist, language: Language, notes: Mapping[str, str] | None = None
) -> Iterator[str]:
    """Line by line, in the order of the source. `checklist`: the version that was scored, under any settings;
    `notes`: what was written about a finding, by its id."""
    say = _speaker(language)
    subtotals = {each["id"]: each for each in result["categories"]}
    lines = {line["indicator"]: line for line in result["lines"]}
    yield from _readings(result, checklist, language, say)
    for category in checklist.categories:
        yield f"{category.id} {getattr(category.title, language)}"
        for indicator in category.indicators:
            line = lines[indicator.id]
            yield f"  {line['working'][language]}"
            findings = [id for clause in line["clauses"] for id in clause["findings"]]
            if findings or line["photos"]:
                yield f"      {_behind(findings, line['photos'], notes or {}, say)}"
        sub = subtotals[category.id]
        yield say("  小计：", "  Subtotal: ") + _figure(result["scheme"], sub["low"], sub["high"], sub["full"], say)
    yield say("合计：", "Total: ") + _figure(result["scheme"], result["low"], result["high"], result["full"], say)
    yield from _tier(result, checklist, language, say)
    yield from _rest(result, language, say)


def read_campaign(rows: Sequence[SiteStanding], checklist: Checklist, language: Language) -> Iterator[str]:
    """One line per site, best first, with the working of its grade; then what is open or could not be read."""
    say = _speaker(language)
    if rows:
        yield from _readings(rows[0]["result"], checklist, language, say)
    for row in rows:
        result, grade = row["result"], row["grade"]
        if grade:
            said = grade["working"][language]
        else:
            figure = _figure(result["scheme"], result["low"], result["high"], result["full"], say)
            said = say(f"{figure}；第{_place(row['place'])}名", f"{figure}; place {_place(row['place'])}")
        for key, place in row["places"].items():
            said += say(f"；{key} 第{_place(place)}名", f"; {key} place {_place(place)}")
        if grade and grade["bonus"] != "0":
            said += say(f"；另加{grade['bonus']}分", f"; bonus {grade['bonus']} beside the total")
        if grade and grade["valid_until"]:
            said += say(f"；有效至{grade['valid_until']}", f"; valid until {grade['valid_until']}")
        yield f"{row['site']}：{said}" if language == "zh" else f"{row['site']}: {said}"
    for row in rows:
        for line in _rest(row["result"], language, say):
            yield say(f"{row['site']}：{line}", f"{row['site']}: {line}")


def _speaker(language: Language) -> Say:
    return (lambda zh, en: zh) if language == "zh" else (lambda zh, en: en)


def _readings(result: Result, checklist: Checklist, language: Language, say: Say) -> Iterator[str]:
    """The settings that were chosen otherwise than the checklist has them."""
    for setting in checklist.settings:
        value = result["settings"][setting.id]
        if value != setting.value:
            named = getattr(setting.words[value], language) if value in setting.words else value
            yield say(f"读法：{setting.text.zh}——{named}", f"Reading: {setting.text.en}: {named}")


def _behind(findings: Sequence[str], photos: Sequence[str], notes: Mapping[str, str], say: Say) -> str:
    parts = []
    if findings:
        told = [say(f"{id}（{notes[id]}）", f"{id} ({notes[id]})") if notes.get(id) else id for id in findings]
        parts.append(say(f"问题 {'、'.join(told)}", f"findings {', '.join(told)}"))
    if photos:
        parts.append(say(f"照片 {'、'.join(photos)}", f"photos {', '.join(photos)}"))
    return say("；", "; ").join(parts)


def _figure(scheme: str, low: str, high: str, full: str, say: Say) -> str:
    span = low if low == high else f"{low}–{high}"
    match scheme:
        case "points":
            return say(f"{span}（满分{full}）", f"{span} of {full}")
        case "conformity":
            if full == "0":
                return say("不适用", "does not apply")
            return say(f"达标率{span}%", f"{span}% met")
        case "tiers":
            return say(f"{full}项中符合{span}项", f"{span} of {full} met")
        case _:
            return say(f"各行型次之和{span}（最高{full}）", f"tiers of the rows add up to {span} of {full}")


def _tier(result: Result, checklist: Checklist, language: Language, say: Say) -> Iterator[str]:
    tier = result["tier"]
    if not tier:
        return
    titles = {each.id: each.title for each in checklist.tiers}
    level = {None: 0} | {each.id: at for at, each in enumerate(checklist.tiers, 1)}
    yield say("等次：", "Tier: ") + say(*reach(checklist.tiers, level[tier["reached"]], level[tier["possible"]]))
    for each in tier["per_tier"]:
        title = getattr(titles[each["tier"]], language)
        met, of = each["met"], each["of"]
        yield say(f"  {title}：必要的{of}项中符合{met}项", f"  {title}: {met} of {of} that it needs")
    if tier["next"] and tier["standing_between"]:
        title = getattr(titles[tier["next"]], language)
        yield say(f"距{title}：", f"Before {title}:")
        for obstacle in tier["standing_between"]:
            yield f"  {obstacle['why'][language]}"


def _rest(result: Result, language: Language, say: Say) -> Iterator[str]:
    """What keeps the score from being final, and what could not be read."""
    if result["open"]:
        yield say("尚未检查：", "Not checked yet: ") + say("、", ", ").join(result["open"])
    if result["provisional"]:
        yield say("名次待批次结束后确定：", "Places settled when the campaign closes: ") + say("、", ", ").join(result["provisional"])
    missing = [
        f"{each['indicator']} {say(_PHOTOS[each['kind']], each['kind'])} {each['have']}/{each['want']}"
        for each in result["missing_evidence"]
    ]
    if missing:
        yield say("缺照片：", "Photos missing: ") + say("、", ", ").join(missing)
    for problem in result["problems"]:
        at = " ".join(part for part in (problem["indicator"], problem["measure"]) if part)
        told = words(PROBLEMS[problem["code"]], {})[language]
        yield say(f"问题：{at}：{told}", f"Problem: {at}: {told}")


def _place(place: Sequence[int]) -> str:
    return str(place[0]) if place[0] == place[1] else f"{place[0]}–{place[1]}"


_PHOTOS = {
    "signage": "标识", "layout": "布局", "badge": "胸牌", "document": "文件", "equipment": "设备", "scene": "现场",
}
