"""Everything that a person does, by name. A deed is at once the permission, the audit line and the metric.

Who may do which deed is `access.py`. A route without a deed from this list answers nobody.
"""

DEEDS: dict[str, str] = {
    # The app itself
    "app.read": "load the app, its API document, and whether it is well",
    "metrics.read": "read the counters of the server",
    # Sessions and accounts
    "session.open": "sign in",
    "session.read": "ask who is signed in",
    "session.close": "sign out",
    "account.list": "see the accounts of an area",
    "account.add": "add an account",
    "account.password": "set an account's password, which ends its sessions",
    "site.list": "see the sites of an area",
    "audit.read": "read the audit trail",
    # The registry
    "registry.read": "read regions and sites as a sheet, fetch the templates",
    "registry.people": "read what is known of inspectors: units, qualifications, ties",
    "registry.import": "bring regions, sites or inspectors in from a sheet, having looked at it first",
    "registry.undo": "take the last import back",
    # Campaigns and their draws
    "campaign.read": "see campaigns and how they stand",
    "campaign.plan": "plan a campaign, change or drop the plan, look at the pool",
    "draw.commit": "fix the pool and the seed of a draw before anybody knows it",
    "draw.run": "draw",
    "draw.read": "see where a draw sends whom, and its record; who sees it first is written down",
    "draw.redraw": "put a draw aside before it began, with a reason",
    "draw.swap": "let another step in for somebody who cannot go, with a reason",
    "campaign.start": "let the visits of a draw open",
    "campaign.release": "open drawn visits to their teams now",
    "campaign.close": "end a campaign: its places and grades become final",
    "campaign.publish": "publish the results of a campaign",
    "assignment.depart": "set out: today's visits open to their teams",
    "assignment.seen": "have an assignment on one's phone for the first time",
    # Visits outside campaigns
    "visit.adhoc": "begin a visit outside any campaign, also without a network",
    "visit.team": "put another inspector on such a visit",
    # Checklists
    "checklist.read": "fetch a checklist version by its digest",
    "checklist.list": "see which versions there are and who uses which, compare two, take one out as a workbook",
    "checklist.draft": "begin a version that is not published yet, bring one in from a file, edit it, drop it",
    "checklist.publish": "publish a checklist version, for ever the same",
    # The visit
    "inspection.create": "set up an inspection and its team, at the server's own shell",
    "inspection.carry": "move a draft to a newer version of its checklist, as an inspection of its own",
    "inspection.sync": "exchange ops of the inspections one may see",
    "inspection.list": "see the queue of inspections",
    "inspection.read": "open one inspection",
    "inspection.record": "answer, add findings, sign and submit",
    "photo.upload": "bring the bytes of a photo",
    "photo.read": "look at a photo",
    "photo.badge": "look at a photo of somebody's badge; each view is written down",
    "photo.original": "fetch a photo's bytes as received; each time is written down",
    "held.read": "see what the server holds for a person to decide",
    # Review
    "review.settle": "settle a conflict, adjust points, comment",
    "review.return": "send an inspection back to its team",
    "review.approve": "approve an inspection and freeze its snapshot",
    # Rectification
    "rectification.issue": "issue the order of an approved inspection: findings, deadlines, who answers",
    "rectification.read": "read orders and items; a centre its own, once they are issued",
    "rectification.respond": "acknowledge, answer, appeal, ask for an extension, report done",
    "rectification.extend": "grant or refuse an extension",
    "rectification.decide": "decide an appeal; where it is upheld the score follows",
    "rectification.close": "close an item",
    "rectification.return": "send a report back with a reason",
    "rectification.escalate": "bring an item before those above",
    "rectification.recheck": "order a visit that looks at it again",
    "rectification.figures": "read the ledger and the figures",
    # What reaches people
    "inbox.read": "read one's own inbox and mark it read",
    "channel.manage": "choose one's own channels, quiet hours and calendar feed, and try them",
    "channel.unit": "give a unit a channel of its own",
    "channel.unsubscribe": "switch a channel off by the link that it carries",
    "calendar.read": "fetch a calendar by its secret address",
}
