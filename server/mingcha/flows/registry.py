"""Bringing a sheet into the registry: look at it first, take it whole or not at all, take the last one back.

What is taken is exactly what was looked at: the preview names its content by a digest, and the import wants that one.
"""

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from mingcha import clock
from mingcha.core.access import Actor, Subject, demand
from mingcha.core.canonical import digest as digest_of
from mingcha.core.problems import Refused
from mingcha.core.regions import covers, tenant_of
from mingcha.core.registry import KINDS, Area, Checked, Sheet, check
from mingcha.store import (
    accounts,
    audit,
    campaigns,
    inspections,
    people,
    regions,
    registry_imports,
    registry_sheets,
    sites,
)
from mingcha.store.db import new_id, transaction
from mingcha.store.people import Person
from mingcha.store.registry_imports import Import
from mingcha.store.sites import Site

Json = dict[str, Any]
MOST_TOLD = 2000
TIES = ("own_town", "relative", "former_post", "named")


@dataclass(frozen=True)
class Change:
    """One thing of the registry: `before` is None for a new one."""

    row: int
    id: str
    before: Json | None
    after: Json


def preview(actor: Actor, kind: str, source: bytes | Sequence[Json]) -> Json:
    """What an import would do, and everything that is wrong with the sheet. Changes nothing."""
    checked, changes = _read(actor, kind, source)
    return _told(checked, changes)


def take(actor: Actor, kind: str, source: bytes | Sequence[Json], seen: str) -> Json:
    """Import a sheet that was looked at: all of it in one transaction, or nothing."""
    with transaction():
        checked, changes = _read(actor, kind, source)
        told = _told(checked, changes)
        if checked.errors:
            raise Refused("registry.faulty", count=len(checked.errors), faults=told["faults"])
        if told["digest"] != seen:
            raise Refused("registry.moved")
        touched = [each for each in changes if each.before != each.after]
        for each in touched:
            _put(actor, kind, each.after)
        now = clock.now()
        found = Import(
            id=new_id(), tenant=actor.tenant, region=actor.scope, kind=kind, digest=seen, counts=told["counts"],
            touched=[[each.id, each.before, each.after] for each in touched], by=actor.id or None, at=now, undone_at=None,
        )
        registry_imports.add(found)
        audit.note(
            "registry.import", tenant=actor.tenant, region=actor.scope, actor=actor.id or None, subject=f"import/{found.id}",
            at=now, kind=kind, content=seen, **told["counts"],
        )
    return {**described(found), "faults": told["faults"]}


def undo(actor: Actor, import_id: str) -> Json:
    """Take the last import of its kind back. Refused where something was changed or used since."""
    found = registry_imports.by_id(import_id)
    if found is None:
        raise Refused("not_found")
    demand(actor, "registry.undo", Subject(found.region))
    with transaction():
        newest = [each for each in registry_imports.latest(found.region) if each.kind == found.kind and not each.undone_at]
        if not newest or newest[0].id != import_id:
            raise Refused("registry.not_last")
        now_there = _current(actor, found.kind, [each[2] for each in found.touched])
        moved = [each[0] for each in found.touched if now_there.get(each[0]) != each[2]]
        if moved:
            raise Refused("registry.changed_since", count=len(moved))
        new = [each[0] for each in found.touched if each[1] is None]
        used = _sites_used(new) if found.kind == "sites" else _regions_used(new) if found.kind == "regions" else set()
        if used:
            raise Refused("registry.used", count=len(used))
        for thing, before, _ in found.touched:
            if before is None:
                {"regions": regions.drop, "sites": sites.drop, "people": people.drop}[found.kind](thing)
            else:
                _put(actor, found.kind, before)
        now = clock.now()
        registry_imports.undone(import_id, now)
        audit.note(
            "registry.undo", tenant=found.tenant, region=found.region, actor=actor.id or None,
            subject=f"import/{import_id}", at=now, kind=found.kind, rows=len(found.touched),
        )
    return described(registry_imports.by_id(import_id) or found)


def imports(actor: Actor) -> list[Json]:
    told = [described(each) for each in registry_imports.latest(actor.scope)]
    done: set[str] = set()
    for each in told:
        each["undoable"] = each["undone_at"] is None and each["kind"] not in done
        if each["undone_at"] is None:
            done.add(each["kind"])
    return told


def described(found: Import) -> Json:
    by = accounts.by_id(found.by) if found.by else None
    return {
        "id": found.id, "kind": found.kind, "at": clock.wire(found.at), "by": found.by, "by_name": by.name if by else None, "counts": found.counts,
        "undone_at": clock.wire(found.undone_at) if found.undone_at else None,
    }


def template(kind: str, form: str) -> bytes:
    return registry_sheets.template(kind, form)


def exported(actor: Actor, kind: str, form: str) -> bytes:
    """The registry as it is, in the form of the template."""
    return registry_sheets.template(kind, form, listed(actor, kind))


def listed(actor: Actor, kind: str) -> list[Json]:
    """Everything of a kind in the actor's area, by column."""
    match kind:
        case "regions":
            return [{"code": code, "name_zh": name["zh"], "name_en": name["en"]} for code, name in regions.in_area(actor.scope).items()]
        case "sites":
            return [_site_row(each) for each in sites.in_area(actor.scope)]
    found = people.inspectors(actor.scope)
    known = people.of_several(found)
    return [
        {"account": each.id, "username": each.username, "name": each.name, "scope": each.scope, **_person_row(known[each.id])}
        for each in found
    ]


def _read(actor: Actor, kind: str, source: bytes | Sequence[Json]) -> tuple[Checked, list[Change]]:
    if kind not in KINDS:
        raise Refused("not_found")
    sheet: Sheet = registry_sheets.read(source) if isinstance(source, bytes) else registry_sheets.of_rows(kind, source)
    checked = check(kind, sheet, _area(actor))
    return checked, _changes(actor, kind, checked.rows)


def _area(actor: Actor) -> Area:
    codes = sites.codes(actor.tenant)
    return Area(
        scope=actor.scope,
        regions=frozenset(regions.in_area(actor.tenant)),
        sites=frozenset(codes),
        inspectors=frozenset(each.username for each in people.inspectors(actor.scope)),
        taken=frozenset(code for code, site in codes.items() if not site.region.startswith(actor.scope)),
    )


def _changes(actor: Actor, kind: str, rows: Sequence[Json]) -> list[Change]:
    match kind:
        case "regions":
            known = regions.in_area(actor.scope)
            before = {code: {"code": code, "name_zh": name["zh"], "name_en": name["en"]} for code, name in known.items()}
            wanted = [(row["code"], {"code": row["code"], "name_zh": row["name_zh"],
                                     "name_en": _kept(row, "name_en", before.get(row["code"]), row["name_zh"])}) for row in rows]
        case "sites":
            every = sites.in_area(actor.tenant)
            codes = {site.code: site for site in every if site.code}
            # A site from before there were codes is known by its name and place, and takes the code on.
            nameless = {(site.region, site.name["zh"]): site for site in every if not site.code}
            before = {site.id: asdict(site) for site in every}
            wanted = [
                _site_after(actor, row, codes.get(row["code"]) or nameless.get((row["region"], row["name_zh"])))
                for row in rows
            ]
        case _:
            account_of = {each.username: each for each in people.inspectors(actor.scope)}
            before = {each.id: asdict(found) for each in account_of.values() if (found := people.known(each.id))}
            wanted = [_person_after(row, account_of[row["username"]].id, actor, before) for row in rows]
    return [Change(row["row"], thing, before.get(thing), after) for row, (thing, after) in zip(rows, wanted, strict=True)]


def _kept(row: Json, key: str, before: Json | None, otherwise: Any) -> Any:
    """What the sheet says; a column that it has not, or an empty English name, leaves what is known."""
    if row.get(key) not in (None, ""):
        return row[key]
    if before is not None and (key not in row or key.endswith("_en")):
        return before[key]
    return otherwise


def _site_after(actor: Actor, row: Json, known: Site | None) -> tuple[str, Json]:
    before = asdict(known) if known else None
    named = {**(before or {}), "name_en": known.name["en"]} if known else None
    site_id = known.id if known else str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:mingcha:site:{actor.tenant}:{row['code']}"))
    return site_id, {
        "id": site_id, "region": row["region"], "code": row["code"],
        "name": {"zh": row["name_zh"], "en": _kept(row, "name_en", named, row["name_zh"])},
        "address": _kept(row, "address", before, ""), "lat": _kept(row, "lat", before, None),
        "lon": _kept(row, "lon", before, None), "windows": _kept(row, "windows", before, None),
        "person": _kept(row, "person", before, ""), "hours": _kept(row, "hours", before, ""),
        "active": _kept(row, "active", before, True),
    }  # fmt: skip


def _person_after(row: Json, account: str, actor: Actor, before: dict[str, Json]) -> tuple[str, Json]:
    old = before.get(account)
    old_ties = {f"{rule}": codes for rule, codes in (old or {}).get("ties", {}).items()}
    ties = {rule: found for rule in TIES if (found := _kept(row, rule, {rule: old_ties.get(rule, [])}, []))}
    return account, {
        "account": account, "tenant": actor.tenant, "unit": _kept(row, "unit", old, ""),
        "qualifications": _kept(row, "qualifications", old, []), "ties": ties,
        "available": _kept(row, "available", old, True),
    }  # fmt: skip


def _put(actor: Actor, kind: str, after: Json) -> None:
    match kind:
        case "regions":
            regions.put(after["code"], after["name_zh"], after["name_en"])
        case "sites":
            sites.put(Site(**after))
        case _:
            people.put(Person(**after))


def _current(actor: Actor, kind: str, things: Sequence[Json]) -> dict[str, Json]:
    match kind:
        case "regions":
            return {each["code"]: {"code": each["code"], "name_zh": name["zh"], "name_en": name["en"]}
                    for each in things if (name := regions.name(each["code"]))}
        case "sites":
            return {each["id"]: asdict(found) for each in things if (found := sites.by_id(each["id"]))}
    return {each["account"]: asdict(person) for each in things if (person := people.known(each["account"]))}


def _sites_used(ids: Sequence[str]) -> set[str]:
    """Sites that were ever to be visited, and all that lie where a campaign is under way: to tell the drawn ones apart
    would give them away.
    """
    lying = [site for each in ids if (site := sites.by_id(each))]
    under_way = [
        region for tenant in {each.tenant for each in lying} for region in campaigns.may_draw_from(tenant)
    ]
    near = {each.id for each in lying if any(covers(region, each.region) for region in under_way)}
    return inspections.sites_used(ids) | campaigns.sites_drawn(ids) | near


def _regions_used(codes: Sequence[str]) -> set[str]:
    """Regions under which sites or accounts lie."""
    tenants = {tenant_of(code) for code in codes}
    lying = [site.region for tenant in tenants for site in sites.in_area(tenant)]
    lying += [each.scope for tenant in tenants for each in accounts.in_area(tenant)]
    return {code for code in codes if any(each.startswith(code) for each in lying)}


def _told(checked: Checked, changes: Sequence[Change]) -> Json:
    new = sum(each.before is None for each in changes)
    same = sum(each.before == each.after for each in changes)
    counts = {"rows": len(changes), "new": new, "changed": len(changes) - new - same, "same": same}
    told = [each for each in changes if each.before != each.after][:MOST_TOLD]
    return {
        "counts": {**counts, "faulty": len({each.row for each in checked.errors}), "errors": len(checked.errors)},
        "faults": [each.json() for each in checked.faults[:MOST_TOLD]],
        "changes": [
            {"row": each.row, "id": each.id, "name": _named(each.after), "new": each.before is None, "fields": _fields(each)}
            for each in told
        ],
        "digest": digest_of([[each.id, each.before, each.after] for each in changes]),
    }


def _named(after: Json) -> Json:
    """What a person knows the thing by."""
    if "account" in after:
        account = accounts.by_id(after["account"])
        name = account.name if account else ""
        return {"zh": name, "en": name}
    found: Json = after["name"] if "name" in after else {"zh": after["name_zh"], "en": after["name_en"]}
    return found


def _fields(change: Change) -> list[str]:
    before = change.before or {}
    return sorted(name for name, value in change.after.items() if before.get(name) != value)


def _site_row(site: Site) -> Json:
    return {
        **asdict(site), "name_zh": site.name["zh"], "name_en": site.name["en"], "active": "在用" if site.active else "停用",
    }  # fmt: skip


def _person_row(person: Person) -> Json:
    return {
        "unit": person.unit, "qualifications": person.qualifications, "available": person.available,
        **{rule: person.ties.get(rule, []) for rule in TIES},
    }  # fmt: skip
