"""How the public page reads: words in two languages, one template that escapes everything it is given, one style sheet.

No script, so there is nothing that an address or a name could run; the page's policy allows none either.
"""

from typing import Any

from jinja2 import Environment, StrictUndefined

WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "title": "双随机、一公开 · 检查结果公示", "nothing": "目前没有公示的检查结果。", "other": "English", "lang": "zh-CN",
        "place": "名次", "site": "单位", "result": "结果", "grade": "等级", "rectification": "整改", "review": "结果复核中，暂不公示",
        "none": "无整改事项", "done": "整改 {n} 项，全部销号", "going": "整改 {n} 项，已销号 {closed} 项", "late": "，超期 {late} 项",
        "period": "检查时间 {a} 至 {b}，{on} 公布", "pictures": "现场照片（已遮挡）", "by": "依据：",
        "foot": "结果在申诉期满后公示；照片中的人脸和证件已遮挡。", "marks": "{m} / {full} 分", "rate": "{m}%", "met": "{m} / {full} 项",
        "rows": "{m} / {full}", "notier": "未达标",
    },
    "en": {
        "title": "Results of inspections, published", "nothing": "There are no published results at present.", "other": "中文", "lang": "en",
        "place": "Place", "site": "Site", "result": "Result", "grade": "Grade", "rectification": "Rectification",
        "review": "Result under review, not shown yet", "none": "Nothing to rectify", "done": "{n} items, all closed",
        "going": "{n} items, {closed} closed", "late": ", {late} overdue", "period": "Visited {a} to {b}, published {on}",
        "pictures": "Pictures (covered)", "by": "Standard: ",
        "foot": "Results appear after their appeal period; faces and papers on pictures are covered.", "marks": "{m} / {full} points",
        "rate": "{m}%", "met": "{m} / {full} met", "rows": "{m} / {full}", "notier": "Below the lowest tier",
    },
}  # fmt: skip
_MEASURE = {"points": "marks", "conformity": "rate", "tiers": "met", "matrix": "rows"}

_TEMPLATE = """<!doctype html>
<html lang="{{ w.lang }}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
<title>{{ county or '明察' }} · {{ w.title }}</title><link rel="stylesheet" href="/public/style.css"></head>
<body><main>
<header><p class="county">{{ county or '明察' }}</p><h1>{{ w.title }}</h1>
<p><a href="?lang={{ other }}" lang="{{ other }}">{{ w.other }}</a></p></header>
{% if not campaigns %}<p class="card">{{ w.nothing }}</p>{% endif %}
{% for campaign in campaigns %}<section class="card" aria-labelledby="c{{ loop.index }}">
<h2 id="c{{ loop.index }}">{{ campaign.title }}</h2><p class="soft">{{ campaign.period }}</p>
{% for list in campaign.lists %}<p class="soft">{{ w.by }}{{ list.name }}</p>
<table><thead><tr><th scope="col">{{ w.place }}</th><th scope="col">{{ w.site }}</th><th scope="col">{{ w.result }}</th>
{% if list.graded %}<th scope="col">{{ w.grade }}</th>{% endif %}<th scope="col">{{ w.rectification }}</th></tr></thead><tbody>
{% for one in list.sites %}<tr>{% if one.review %}<td>—</td><th scope="row">{{ one.site }}</th>
<td class="soft" colspan="{{ 3 if list.graded else 2 }}">{{ w.review }}</td>
{% else %}<td data-name="{{ w.place }}">{{ one.place }}</td><th scope="row">{{ one.site }}</th>
<td data-name="{{ w.result }}">{{ one.result }}</td>{% if list.graded %}<td data-name="{{ w.grade }}">{{ one.grade }}</td>{% endif %}
<td data-name="{{ w.rectification }}">{{ one.rectification }}</td>{% endif %}</tr>
{% endfor %}</tbody></table>{% endfor %}
{% if campaign.pictures %}<h3>{{ w.pictures }}</h3><ul class="pictures">{% for one in campaign.pictures %}<li><figure>
<img src="/public/{{ code }}/pictures/{{ one.id }}" alt="{{ one.text }}" loading="lazy" width="320" height="240">
<figcaption>{{ one.site }}: {{ one.text }}</figcaption></figure></li>{% endfor %}</ul>{% endif %}
</section>{% endfor %}
<footer class="soft">{{ w.foot }}</footer></main></body></html>
"""

STYLE = """
:root{color-scheme:light dark;--paper:#f5f4f0;--card:#fff;--ink:#1b1f24;--soft:#5c646e;--line:#e1dfd8;--act:#1d4fbf}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--card:#1e2329;--ink:#eceef0;--soft:#a5adb7;--line:#333a43;--act:#9db8ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);overflow-wrap:anywhere;
font:1rem/1.6 system-ui,'PingFang SC','HarmonyOS Sans SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif}
main{max-width:62rem;margin:0 auto;padding:1rem}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .25rem}h2{font-size:1.15rem;margin:0}h3{font-size:1rem;margin:1rem 0 .5rem}
p{margin:.25rem 0}.county{font-weight:600;color:var(--soft)}.soft{color:var(--soft)}
a{color:var(--act);display:inline-flex;min-height:48px;align-items:center}
a:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem;margin:0 0 1rem}
table{border-collapse:collapse;width:100%;margin-top:.5rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.55rem .5rem;border-top:1px solid var(--line);vertical-align:top}
thead th{color:var(--soft);font-weight:400;border-top:0}tbody th{font-weight:600}
.pictures{list-style:none;margin:0;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr))}
figure{margin:0}img{width:100%;height:auto;border-radius:8px;background:var(--line)}figcaption{color:var(--soft);font-size:.875rem}
@media(max-width:40em){thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
tr{display:grid;padding:.6rem 0;border-top:1px solid var(--line)}th,td{border:0;padding:.1rem 0}
tbody th{order:-1;font-size:1.0625rem}td[data-name]::before{content:attr(data-name) '  ';color:var(--soft)}}
"""

_template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(_TEMPLATE)


def page(found: dict[str, Any], code: str, language: str) -> str:
    """`found` as `flows/public_page.of_county` tells it; `code` is only ever an address's own part, escaped."""
    words, name = WORDS[language], (found["county"] or {}).get("name") or {}
    return _template.render(
        w=words, code=code, other="en" if language == "zh" else "zh", county=name.get(language) or name.get("zh"),
        campaigns=[_campaign(each, language) for each in found["campaigns"]],
    )


def _campaign(told: dict[str, Any], language: str) -> dict[str, Any]:
    words = WORDS[language]
    lists: dict[str, list[Any]] = {}
    for one in told["sites"]:
        lists.setdefault(one["checklist"][language] or one["checklist"]["zh"], []).append(one)
    return {
        "title": told["title"][language] or told["title"]["zh"],
        "period": words["period"].format(a=told["from_on"], b=told["to_on"], on=told["published_on"]),
        "lists": [
            {"name": name, "graded": any(one.get("grade") or one.get("tier") for one in each),
             "sites": [_site(one, language) for one in each]}
            for name, each in lists.items()
        ],
        "pictures": [
            {"id": each["id"], "text": each["text"][language] or each["text"]["zh"], "site": one["site"][language] or one["site"]["zh"]}
            for one in told["sites"] for each in one["pictures"]
        ],
    }  # fmt: skip


def _site(one: dict[str, Any], language: str) -> dict[str, Any]:
    words, site = WORDS[language], one["site"][language] or one["site"]["zh"]
    if one["under_review"]:
        return {"review": True, "site": site}
    best, worst = one["place"]
    grade = one["tier"] or one["grade"]
    return {
        "review": False, "site": site, "place": str(best) if best == worst else f"{best}–{worst}",
        "result": words[_MEASURE[one["scheme"]]].format(m=one["marks"], full=one["full"]),
        "grade": grade[language] if grade else words["notier"], "rectification": _rectification(one["rectification"], words),
    }  # fmt: skip


def _rectification(state: dict[str, int], words: dict[str, str]) -> str:
    if not state["items"]:
        return words["none"]
    if state["closed"] == state["items"]:
        return words["done"].format(n=state["items"])
    late = words["late"].format(late=state["overdue"]) if state["overdue"] else ""
    return words["going"].format(n=state["items"], closed=state["closed"]) + late
