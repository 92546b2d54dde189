"""The last way of a push: into the real worker of a phone, and the finger on what it shows."""

import json
from typing import Any

from tests.e2e.phone import Phone

#: Nobody can touch a notification of a headless browser; its event goes to the real listener.
TOUCH = """() => self.registration.getNotifications().then(([one]) => {
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification: one }))
})"""
SHOWN = "self.registration.getNotifications().then((all) => all.map((one) => one.body))"


def deliver(phone: Phone, message: dict[str, Any]) -> Any:
    """What a push service does, once it is decrypted. The phone's worker, when it shows something."""
    line = phone.context.new_cdp_session(phone.page)
    known: list[str] = []
    line.on("ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(each["registrationId"] for each in told["registrations"]))
    line.send("ServiceWorker.enable")
    phone.until(lambda: known)
    sent = {"origin": phone.url, "registrationId": known[0], "data": json.dumps(message)}
    line.send("ServiceWorker.deliverPushMessage", sent)
    worker = phone.context.service_workers[-1]
    phone.until(lambda: worker.evaluate(SHOWN))
    return worker
