"""Paying out and asking for the posting, after commit. Each job may run twice and then changes nothing more."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from billhead.access.runtime import Runtime
from billhead.access.scope import Scope, open_system_scope
from billhead.gateways.payouts import PayoutOutcome, Payouts, PayoutState
from billhead.payables.progress import (
    MANUAL,
    PAY_OUT,
    REQUEST_POSTING,
    OpenPayout,
    begin_payout,
    begin_posting,
    settle_payout,
)
from billhead.storage.jobs import JobArgs, JobContext, Task

ASK_AGAIN_AFTER = (5.0, 30.0, 120.0, 600.0, 1800.0, *(3600.0,) * 24 * 14)
"""Seconds between questions about a payout without an outcome: for two weeks, then the operator decides."""


class PayoutUnsettled(Exception):
    """The payout is on its way, or nobody knows: ask again later."""


def tasks(runtime: Runtime) -> list[Task]:
    """The jobs that a worker of this slice can do."""
    return [
        Task(PAY_OUT, partial(_pay_out, runtime), ASK_AGAIN_AFTER),
        Task(REQUEST_POSTING, partial(_request_posting, runtime)),
    ]


def _pay_out(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    """Intent, call, record: three steps, and only the first and the last in a transaction."""
    payment_id, payouts = UUID(str(args["paymentId"])), runtime.payouts
    with _held(runtime, args, context) as scope:
        opened = begin_payout(scope, payment_id, payouts.name)
    if opened is None:
        return
    if opened.gateway != payouts.name:  # the operator chose another way of paying meanwhile
        if opened.gateway != MANUAL:
            raise PayoutUnsettled(opened.gateway)
        return
    outcome = _outcome_of(payouts, opened)
    if outcome.state in (PayoutState.SUCCEEDED, PayoutState.FAILED):
        with _held(runtime, args, context) as scope:
            settle_payout(scope, payment_id, outcome)
    elif not payouts.is_confirmed_by_people:
        raise PayoutUnsettled(outcome.state)


def _outcome_of(payouts: Payouts, opened: OpenPayout) -> PayoutOutcome:
    """Send it; but if it may have been sent before, ask first."""
    known = None if opened.is_first else payouts.find_payout(opened.order.tenant_id, opened.order.payment_id)
    return payouts.pay(opened.order) if known is None else known


def _request_posting(runtime: Runtime, args: JobArgs, context: JobContext) -> None:
    with _held(runtime, args, context) as scope:
        begin_posting(scope, UUID(str(args["paymentId"])))


@contextmanager
def _held(runtime: Runtime, args: JobArgs, context: JobContext) -> Iterator[Scope]:
    """A scope of our own, as long as the job is still ours."""
    with open_system_scope(
        runtime, context.tenant_id, name="payables", correlation_id=str(args["correlationId"])
    ) as scope:
        context.hold(scope.session)
        yield scope
