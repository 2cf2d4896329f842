"""kill -9 of a worker while a receiver thinks: the same message comes again from the next worker, once."""

from pathlib import Path

from standardwebhooks import Webhook

from app import Office, a_client
from billhead.access.scope import open_system_scope
from billhead.webhooks.actions import create_endpoint
from billhead.webhooks.rules import EndpointFields
from processes import billhead_environment, kill, running
from scenarios.test_crash import wait_for
from small_server import answer, serve_answers


def test_a_message_is_sent_again_when_its_worker_is_killed(office: Office, database_url: str, tmp_path: Path) -> None:
    client = office.client()
    environment = billhead_environment(
        database_url, tmp_path, webhooks_may_be_private="true", webhook_timeout_seconds="1.5", job_lease_seconds="5"
    )
    with serve_answers() as receiver:
        receiver.answers = [receiver.stall, answer(204)]
        with open_system_scope(office.runtime, office.tenant_id, name="test", correlation_id="c-1") as scope:
            made = create_endpoint(scope, EndpointFields(receiver.url, ("billhead.client.created",)))
        assert client.post("/billing/clients", json=a_client()).status_code == 201
        path = f"/billing/webhooks/{made.endpoint.id}/deliveries"
        with running(environment, "worker") as first:
            wait_for(lambda: len(receiver.asked) == 1, 30, "the first attempt")
            kill(first)
        (delivery,) = client.get(path).json()["items"]
        assert (delivery["status"], len(delivery["attempts"])) == ("PENDING", 1)
        with running(environment, "worker"):
            wait_for(lambda: client.get(path).json()["items"][0]["status"] == "DELIVERED", 60, "the second attempt")
        (before, after), (_, body) = receiver.asked, receiver.told
        assert before[1]["webhook-id"] == after[1]["webhook-id"] == delivery["messageId"]
        event = Webhook(made.secret).verify(body, after[1])
        assert [event] == [one for one in client.get("/billing/events").json()["items"] if one["id"] == event["id"]]
        assert event["id"] == delivery["eventId"]
        receiver.released.set()
    (delivery,) = client.get(path).json()["items"]
    assert [(a["number"], a["status"]) for a in delivery["attempts"]] == [(1, None), (2, 204)]
