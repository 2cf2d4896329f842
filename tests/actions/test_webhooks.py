"""Webhooks on both databases against a real receiver: sent once, again after failures, given up, replayed."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from standardwebhooks import Webhook

from billhead.catalog.actions import create_service
from billhead.catalog.rules import ServiceFields, ServiceKind
from billhead.refusal import Conflict, NotFound
from billhead.storage.clock import FixedClock
from billhead.storage.database import Database
from billhead.storage.ids import new_id
from billhead.storage.jobs import Tasks, Worker
from billhead.storage.tables import AuditEntry, OutboxEvent, Secret
from billhead.storage.upkeep import Reactions, publish_events
from billhead.tenants.actions import open_business
from billhead.webhooks import actions, deliveries
from billhead.webhooks.queries import Delivery, get_delivery, get_endpoint, list_deliveries
from billhead.webhooks.reactions import enqueue_waiting, forget_deliveries, tasks
from billhead.webhooks.rules import RETRY_AFTER, DeliveryStatus, DisabledReason, EndpointFields, ReplayKind
from scopes import NOON, Shop, a_business, a_runtime
from small_server import Server, answer, serve_answers

DAY = timedelta(days=1)


@pytest.fixture
def receiver() -> Iterator[Server]:
    with serve_answers() as told:
        told.answers = [answer(204)]
        yield told


def open_shop_with(database: Database, folder: Path, **settings: object) -> Shop:
    runtime = a_runtime(database, folder, **{"webhooks_may_be_private": True, "webhook_timeout_seconds": 5, **settings})
    with database.platform(write=True) as session:
        tenant_id = open_business(session, slug="northside", business=a_business(), now=NOON, opened_by="test")
    assert isinstance(runtime.clock, FixedClock)
    return Shop(runtime, runtime.clock, tenant_id)


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    """A business that may send to the loopback."""
    return open_shop_with(database, tmp_path)


def watch(shop: Shop, receiver: Server, *event_types: str) -> tuple[UUID, str]:
    """A new endpoint at the receiver: its id and its secret."""
    with shop.scope() as scope:
        made = actions.create_endpoint(scope, EndpointFields(receiver.url, event_types))
    return made.endpoint.id, made.secret


def happen(shop: Shop, count: int = 1) -> None:
    """So many events `billhead.service.created`, published."""
    with shop.scope() as scope:
        for _ in range(count):
            create_service(scope, ServiceFields(f"S-{new_id().hex}", "Oil change", ServiceKind.SERVICE))
    publish_events(shop.runtime.database, shop.runtime.jobs, Reactions())


def send_due(shop: Shop) -> None:
    """Everything that is due now."""
    worker = Worker(shop.runtime.database, shop.runtime.jobs, Tasks(tasks(shop.runtime)))
    while enqueue_waiting(shop.runtime) or worker.run_until_idle():
        worker.run_until_idle()


def log(shop: Shop, endpoint_id: UUID, status: DeliveryStatus | None = None) -> list[Delivery]:
    """The deliveries of the service's events, newest first."""
    with shop.scope(write=False) as scope:
        page = list_deliveries(scope, endpoint_id, status=status, limit=200, after=None)
    return [delivery for delivery in page.items if not delivery.event_type.startswith("billhead.webhook.")]


def ids_of(receiver: Server) -> list[str]:
    return [headers["webhook-id"] for _, headers in receiver.asked]


def test_an_event_reaches_who_wants_it_once_signed(shop: Shop, receiver: Server) -> None:
    shop.clock.at = datetime.now(UTC)
    endpoint_id, secret = watch(shop, receiver, "billhead.service.*")
    watch(shop, receiver, "billhead.client.created")
    happen(shop)
    send_due(shop)
    send_due(shop)
    ((_, headers),), (body,) = receiver.asked, receiver.told
    event = Webhook(secret).verify(body, headers)
    assert headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert (event["type"], event["id"], event["specversion"]) == (
        "billhead.service.created", headers["webhook-id"], "1.0",
    )  # fmt: skip
    assert event["source"] == f"/tenants/{shop.tenant_id}"
    assert event["data"]["code"].startswith("S-")
    (delivery,) = log(shop, endpoint_id)
    assert delivery.status is DeliveryStatus.DELIVERED
    ((attempt,),) = ([*delivery.attempts],)
    assert (attempt.number, attempt.status, attempt.error) == (1, 204, None)
    assert attempt.duration_ms is not None


def test_events_come_in_order_and_only_from_the_beginning_of_the_webhook(shop: Shop, receiver: Server) -> None:
    happen(shop)
    watch(shop, receiver, "billhead.service.created")
    happen(shop, 5)
    send_due(shop)
    sequence = [json.loads(body)["sequence"] for body in receiver.told]
    assert len(sequence) == 5
    assert all(left < right for left, right in pairwise(sequence))


def test_a_failure_is_tried_again_after_its_wait_under_the_same_id(shop: Shop, receiver: Server) -> None:
    receiver.answers = [answer(500), answer(302, Location=receiver.url), answer(204)]
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    for attempts, wait in enumerate((RETRY_AFTER[0], RETRY_AFTER[1]), start=1):
        send_due(shop)
        assert len(receiver.asked) == attempts
        shop.clock.at += wait * 0.7
        send_due(shop)
        assert len(receiver.asked) == attempts, "it was tried before its time"
        shop.clock.at += wait * 0.6
    with shop.scope(write=False) as scope:
        assert get_endpoint(scope, endpoint_id).failing_since == NOON
    send_due(shop)
    assert len(set(ids_of(receiver))) == 1
    (delivery,) = log(shop, endpoint_id)
    assert [(a.number, a.status, a.error) for a in delivery.attempts] == [
        (1, 500, "HTTP_STATUS"), (2, 302, "REDIRECTED"), (3, 204, None),
    ]  # fmt: skip
    with shop.scope(write=False) as scope:
        assert get_endpoint(scope, endpoint_id).failing_since is None


def test_after_the_last_attempt_it_is_a_dead_letter_until_it_is_replayed(shop: Shop, receiver: Server) -> None:
    receiver.answers = [answer(503)]
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    for wait in (*RETRY_AFTER, DAY):
        send_due(shop)
        shop.clock.at += wait * 1.3
    send_due(shop)
    (dead,) = log(shop, endpoint_id, DeliveryStatus.DEAD)
    assert len(dead.attempts) == len(receiver.asked) == len(RETRY_AFTER) + 1
    assert (dead.error, dead.next_at) == ("HTTP_STATUS", None)
    receiver.answers = [answer(200)]
    with shop.scope() as scope:
        actions.replay_delivery(scope, endpoint_id, dead.id)
    with shop.scope() as scope, pytest.raises(Conflict, match="on its way"):
        actions.replay_delivery(scope, endpoint_id, dead.id)
    send_due(shop)
    assert len(set(ids_of(receiver))) == 1
    (delivery,) = log(shop, endpoint_id, DeliveryStatus.DELIVERED)
    assert delivery.attempts[-1].number == len(RETRY_AFTER) + 2


def test_a_receiver_that_is_gone_gets_no_more(shop: Shop, receiver: Server) -> None:
    receiver.answers = [answer(410)]
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop, 3)
    send_due(shop)
    happen(shop)
    shop.clock.at += 2 * DAY
    send_due(shop)
    assert len(receiver.asked) == 1
    assert [d.error for d in log(shop, endpoint_id, DeliveryStatus.DEAD)] == ["ENDPOINT_DISABLED"] * 2 + ["GONE"]
    with shop.scope(write=False) as scope:
        endpoint = get_endpoint(scope, endpoint_id)
        said = scope.session.scalars(select(OutboxEvent).where(OutboxEvent.type == "billhead.webhook.disabled")).one()
        assert scope.session.scalars(select(AuditEntry).where(AuditEntry.act == "webhook.disable")).one()
    assert (endpoint.fields.active, endpoint.disabled_reason, endpoint.version) == (False, DisabledReason.GONE, 2)
    assert (said.subject_id, said.data) == (endpoint_id, {"reason": "GONE"})


def test_a_receiver_that_fails_for_days_is_disabled(shop: Shop, receiver: Server) -> None:
    receiver.answers = [answer(500)]
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    for _ in range(2):
        happen(shop)
        send_due(shop)
        shop.clock.at += 3 * DAY
    with shop.scope(write=False) as scope:
        assert get_endpoint(scope, endpoint_id).disabled_reason is DisabledReason.FAILING
    receiver.answers = [answer(200)]
    with shop.scope() as scope:
        actions.change_endpoint(scope, endpoint_id, EndpointFields(receiver.url, ("billhead.service.*",)), '"v2"')
        actions.replay_since(scope, endpoint_id, NOON, ReplayKind.UNDELIVERED)
    send_due(shop)
    assert len(log(shop, endpoint_id, DeliveryStatus.DELIVERED)) == 2


def test_a_slow_or_absent_receiver_is_a_failure(database: Database, tmp_path: Path, receiver: Server) -> None:
    shop = open_shop_with(database, tmp_path, webhook_timeout_seconds=0.4)
    receiver.answers = [receiver.stall]
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    send_due(shop)
    (delivery,) = log(shop, endpoint_id)
    assert [(a.status, a.error) for a in delivery.attempts] == [(None, "TIMEOUT")]


def test_private_addresses_are_refused_at_each_delivery(database: Database, tmp_path: Path, receiver: Server) -> None:
    shop = open_shop_with(database, tmp_path, webhooks_may_be_private=False)
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    send_due(shop)
    with shop.scope() as scope:
        secure = EndpointFields(receiver.url.replace("http:", "https:"), ("billhead.service.*",))
        actions.change_endpoint(scope, endpoint_id, secure, '"v1"')
    shop.clock.at += DAY
    send_due(shop)
    assert receiver.asked == []
    (delivery,) = log(shop, endpoint_id)
    assert [a.error for a in delivery.attempts] == ["NOT_HTTPS", "PRIVATE_ADDRESS"]


def test_many_workers_send_each_event_once(shop: Shop, receiver: Server) -> None:
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop, 30)
    together = Barrier(4)

    def send(number: int) -> None:
        for task in tasks(shop.runtime)[:1]:
            together.wait(20)
            with shop.runtime.database.platform(write=True) as session:
                args = {"webhookId": str(endpoint_id)}
                shop.runtime.jobs.enqueue(session, tenant_id=shop.tenant_id, task=task.name, args=args)
            Worker(shop.runtime.database, shop.runtime.jobs, Tasks([task])).run_until_idle()

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(send, range(4)))
    send_due(shop)
    assert len(ids_of(receiver)) == len(set(ids_of(receiver))) == 30
    assert {len(delivery.attempts) for delivery in log(shop, endpoint_id)} == {1}


def test_a_sender_that_died_is_followed_by_another_after_its_lease(shop: Shop, receiver: Server) -> None:
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    dead, other, lease = new_id(), new_id(), timedelta(seconds=30)
    with shop.scope() as scope:
        lost = deliveries.take_next(scope, endpoint_id, dead, lease)
    with shop.scope() as scope:
        assert deliveries.take_next(scope, endpoint_id, other, lease) is None
    send_due(shop)
    assert receiver.asked == []
    shop.clock.at += lease
    send_due(shop)
    assert lost is not None
    assert ids_of(receiver) == [lost.headers["webhook-id"]]
    (delivery,) = log(shop, endpoint_id)
    assert [(a.number, a.status, a.error) for a in delivery.attempts] == [(1, None, None), (2, 204, None)]


def test_secrets_are_kept_encrypted_and_the_old_one_signs_along_for_a_time(shop: Shop, receiver: Server) -> None:
    shop.clock.at = datetime.now(UTC)
    endpoint_id, old = watch(shop, receiver, "billhead.service.*")
    with shop.scope() as scope:
        new = actions.rotate_secret(scope, endpoint_id, timedelta(minutes=2)).secret
    for accepted in ((new, old), (new,)):
        happen(shop)
        send_due(shop)
        headers, body = receiver.asked[-1][1], receiver.told[-1]
        assert len(headers["webhook-signature"].split()) == len(accepted)
        for secret in accepted:
            Webhook(secret).verify(body, headers)
        shop.clock.at += timedelta(minutes=2)
    with shop.scope(write=False) as scope:
        assert scope.session.scalars(select(Secret.name)).all() == [deliveries.current_secret(endpoint_id)]
        for table in ("secret", "webhook_endpoint", "webhook_delivery", "webhook_attempt", "audit_entry", "job"):
            if table == "job" and not scope.runtime.database.is_sqlite:
                continue
            kept = repr(scope.session.execute(text(f"SELECT * FROM {table}")).all())
            assert old not in kept
            assert new not in kept


def test_a_replay_brings_what_was_missed_while_it_was_switched_off(shop: Shop, receiver: Server) -> None:
    endpoint_id, _ = watch(shop, receiver, "billhead.service.*")
    happen(shop)
    send_due(shop)
    fields = EndpointFields(receiver.url, ("billhead.service.*",))
    with shop.scope() as scope:
        actions.change_endpoint(scope, endpoint_id, EndpointFields(receiver.url, fields.event_types, None, False), "*")
    shop.clock.at += DAY
    happen(shop, 2)
    send_due(shop)
    with shop.scope() as scope, pytest.raises(Conflict, match="switched off"):
        actions.replay_since(scope, endpoint_id, NOON, ReplayKind.ALL)
    with shop.scope() as scope:
        actions.change_endpoint(scope, endpoint_id, fields, "*")
    send_due(shop)
    assert len(receiver.asked) == 1
    for kind, since, sent in (
        (ReplayKind.UNDELIVERED, NOON, 3), (ReplayKind.UNDELIVERED, NOON, 3), (ReplayKind.ALL, NOON + DAY, 5),
        (ReplayKind.ALL, NOON, 8),
    ):  # fmt: skip
        shop.clock.at += timedelta(minutes=1)
        with shop.scope() as scope:
            actions.replay_since(scope, endpoint_id, since, kind)
        send_due(shop)
        assert len(receiver.asked) == sent
    assert len(set(ids_of(receiver))) == 3


def test_a_test_has_one_attempt_and_says_nothing_about_the_endpoint(shop: Shop, receiver: Server) -> None:
    receiver.answers = [answer(410), answer(200)]
    with shop.scope() as scope:
        endpoint_id = actions.create_endpoint(scope, EndpointFields(receiver.url, active=False)).endpoint.id
    for expected in ("GONE", None):
        with shop.scope() as scope:
            delivery_id = actions.send_test(scope, endpoint_id).id
        send_due(shop)
        with shop.scope(write=False) as scope:
            delivery = get_delivery(scope, endpoint_id, delivery_id)
            assert get_endpoint(scope, endpoint_id).disabled_reason is None
        assert (delivery.error, len(delivery.attempts)) == (expected, 1)
    event = json.loads(receiver.told[-1])
    assert (event["type"], event["data"]) == ("billhead.webhook.test", {"webhookId": str(endpoint_id)})


def test_old_deliveries_are_forgotten_and_a_deleted_webhook_leaves_nothing(shop: Shop, receiver: Server) -> None:
    endpoint_id, _ = watch(shop, receiver)
    happen(shop, 2)
    send_due(shop)
    assert forget_deliveries(shop.runtime) == 0
    shop.clock.at += timedelta(days=31)
    happen(shop)
    assert forget_deliveries(shop.runtime) == 3
    send_due(shop)
    assert len(log(shop, endpoint_id)) == 1
    with shop.scope() as scope:
        actions.delete_endpoint(scope, endpoint_id)
    send_due(shop)
    with shop.scope(write=False) as scope:
        for table in ("webhook_endpoint", "webhook_delivery", "webhook_attempt", "secret"):
            assert scope.session.scalar(text(f"SELECT count(*) FROM {table}")) == 0, table
        with pytest.raises(NotFound):
            get_endpoint(scope, endpoint_id)


@pytest.mark.parametrize(
    "change",
    ["UPDATE webhook_attempt SET status = 500", "UPDATE webhook_delivery SET event_type = 'x'",
     "UPDATE webhook_delivery SET message_id = endpoint_id"],
)  # fmt: skip
def test_the_log_is_not_rewritten(shop: Shop, receiver: Server, change: str) -> None:
    watch(shop, receiver)
    happen(shop)
    send_due(shop)
    with shop.scope(write=False) as scope:
        assert scope.session.scalar(text("SELECT count(*) FROM webhook_attempt"))
    with pytest.raises(DBAPIError), shop.scope() as scope:
        scope.session.execute(text(change))
