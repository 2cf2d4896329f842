"""The template store on both databases: versions, copies, defaults, assignments, deletion, races."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billhead.access.scope import Scope
from billhead.clients.actions import create_client, delete_client
from billhead.clients.rules import ClientFields, ClientKind
from billhead.layout.catalog import DocumentKind
from billhead.layout.standard import STANDARD_TEMPLATES, standard_source
from billhead.refusal import Conflict, Malformed, NotFound, PreconditionRequired, TooLarge
from billhead.storage.ids import new_id
from billhead.storage.tables import OutboxEvent
from billhead.templates import actions, queries
from billhead.templates.queries import TemplateRecord
from billhead.templates.rules import TemplateId, text_hash
from scopes import OpenShop, Shop

LINE = {"id": "line", "type": "divider"}


def a_template(*children: dict[str, object]) -> dict[str, object]:
    """A template whose keys are not in alphabetical order."""
    return {
        "version": 1, "kind": "invoice-template-ast", "styles": {"classes": {"z": {"color": "red"}, "a": {}}},
        "layout": {"id": "root", "type": "document", "children": list(children)},
    }  # fmt: skip


def saved(scope: Scope, name: str = "House", kind: DocumentKind = "invoice") -> TemplateRecord:
    return actions.create_template(scope, kind=kind, name=name, source=a_template())[0]


def own_id(record: TemplateRecord) -> UUID:
    assert isinstance(record.id, UUID)
    return record.id


def a_client(scope: Scope) -> UUID:
    return create_client(scope, ClientFields(kind=ClientKind.BUSINESS, name="Ballard Freight Co.")).id


def chosen(scope: Scope, client_id: UUID | None = None, *, several: bool = False) -> TemplateId:
    return queries.choose(scope, "invoice", client_id=client_id, has_multiple_locations=several).template_id


def test_each_save_of_other_content_is_a_new_version(shop: Shop) -> None:
    with shop.scope() as scope:
        first = saved(scope)
        second, _ = actions.change_template(scope, first.id, name="House", source=a_template(LINE), if_match='"v1"')
        renamed, _ = actions.change_template(scope, first.id, name="Castle", source=a_template(LINE), if_match='"v2"')
    assert [(r.number, r.version, r.name) for r in (first, second, renamed)] == [
        (1, 1, "House"), (2, 2, "House"), (2, 3, "Castle"),
    ]  # fmt: skip
    with shop.scope(write=False) as scope:
        versions = queries.list_versions(scope, first.id, limit=10, after=None).items
        assert [(version.number, version.sha256) for version in versions] == [
            (2, second.sha256), (1, first.sha256),
        ]  # fmt: skip
        assert json.loads(queries.get_template_text(scope, first.id, 1)) == a_template()
        text_now = queries.get_template_text(scope, first.id)
        assert text_now == json.dumps(a_template(LINE), separators=(",", ":"))
        assert text_hash(text_now) == second.sha256
        assert scope.runtime.blobs.get(second.sha256).decode() == text_now


def test_a_stale_or_missing_etag_saves_nothing(shop: Shop) -> None:
    with shop.scope() as scope:
        record = saved(scope)
    for tag, refusal in ((None, PreconditionRequired), ('"v9"', Conflict)):
        with pytest.raises(refusal), shop.scope() as scope:
            actions.change_template(scope, record.id, name="Other", source=a_template(LINE), if_match=tag)
    with shop.scope(write=False) as scope:
        assert queries.get_template(scope, record.id) == record


@pytest.mark.parametrize("standard", STANDARD_TEMPLATES, ids=lambda standard: standard.code)
def test_a_copy_of_a_standard_template_says_where_it_is_from(shop: Shop, standard: object) -> None:
    code, name = standard.code, standard.name  # type: ignore[attr-defined]
    with shop.scope() as scope:
        copy = actions.clone_template(scope, code)
        again = actions.clone_template(scope, copy.id, "Mine")
        assert queries.get_template_source(scope, copy.id) == standard_source(code)
    assert (copy.name, copy.based_on, copy.is_standard) == (f"Copy of {name}", code, False)
    assert (again.name, again.based_on, again.sha256) == ("Mine", code, copy.sha256)


def test_a_copy_is_printed_on_the_paper_of_the_country(shop: Shop) -> None:
    from billhead.postal import PostalAddress
    from billhead.tenants.actions import change_business
    from scopes import a_business

    berlin = PostalAddress(("Hauptstr. 1",), "Berlin", None, "10999", "DE")
    with shop.scope() as scope:
        change_business(scope, a_business(address=berlin), "*")
        source = queries.get_template_source(scope, actions.clone_template(scope, "standard-default").id)
    assert source["metadata"]["printSettings"]["paperPreset"] == "A4"  # type: ignore[index]


def test_of_two_who_save_at_once_one_is_told(shop: Shop) -> None:
    with shop.scope() as scope:
        record = saved(scope)

    def save(words: str) -> str:
        try:
            with shop.scope() as scope:
                actions.change_template(scope, record.id, name=words, source=a_template(), if_match='"v1"')
        except Conflict as refused:
            return refused.code
        return words

    def make_default(_: int) -> str:
        try:
            with shop.scope() as scope:
                return str(actions.set_default(scope, record.id).id)
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(save, ["one", "two", "three", "four"]))
        assert outcomes.count("STALE_ETAG") == 3
        assert set(pool.map(make_default, range(8))) <= {str(record.id), "STALE_ETAG"}
    with shop.scope(write=False) as scope:
        now = queries.get_template(scope, record.id)
        assert (now.version, now.is_default, now.name in outcomes) == (2, True, True)


def test_standard_templates_are_read_only(shop: Shop) -> None:
    with shop.scope() as scope:
        for change in (
            lambda: actions.change_template(
                scope, "standard-default", name="Mine", source=a_template(), if_match='"v1"'
            ),
            lambda: actions.delete_template(scope, "standard-default"),
            lambda: actions.unset_default(scope, "standard-default"),
        ):
            with pytest.raises(Conflict) as refused:
                change()
            assert refused.value.code == "TEMPLATE_READ_ONLY"


def test_the_rule_over_stored_choices(shop: Shop) -> None:
    with shop.scope() as scope:
        client_id = a_client(scope)
        assert chosen(scope, client_id) == "standard-default"
        assert chosen(scope, client_id, several=True) == "standard-invoice-by-location"
        default = actions.set_default(scope, saved(scope).id)
        assert (chosen(scope), chosen(scope, client_id, several=True)) == (default.id, default.id)
        theirs = saved(scope, "Theirs")
        actions.assign_template(scope, client_id, "invoice", theirs.id, None)
        assert (chosen(scope), chosen(scope, client_id)) == (default.id, theirs.id)
        ref = queries.choose(scope, "invoice", client_id=client_id, has_multiple_locations=True)
        assert (ref.number, ref.sha256) == (1, theirs.sha256)
        given = queries.choose(
            scope, "invoice", client_id=client_id, has_multiple_locations=True, given="standard-detailed"
        )
        assert given == queries.standard_ref("standard-detailed")
        with pytest.raises(Malformed):
            queries.choose(scope, "quote", client_id=None, has_multiple_locations=False, given=theirs.id)
        assert queries.choose(scope, "quote", client_id=client_id, has_multiple_locations=False).template_id == (
            "standard-quote-default"
        )


def test_making_a_standard_template_the_default_clones_it_first(shop: Shop) -> None:
    with shop.scope() as scope:
        default = actions.set_default(scope, "standard-detailed")
        assert (default.is_default, default.based_on, default.name) == (
            True, "standard-detailed", "Copy of Detailed Template",
        )  # fmt: skip
        assert chosen(scope) == default.id
        assert not queries.get_template(scope, "standard-default").is_default
        assert actions.set_default(scope, default.id) == default
        actions.unset_default(scope, default.id)
        assert chosen(scope) == "standard-default"
        assert queries.get_template(scope, "standard-default").is_default
        with pytest.raises(Conflict):
            actions.unset_default(scope, default.id)


def test_a_deleted_template_leaves_its_users_to_the_next_one_and_keeps_its_versions(shop: Shop) -> None:
    with shop.scope() as scope:
        client_id = a_client(scope)
        default, theirs = actions.set_default(scope, saved(scope).id), saved(scope, "Theirs")
        actions.assign_template(scope, client_id, "invoice", theirs.id, None)
        actions.delete_template(scope, theirs.id)
        assert chosen(scope, client_id) == default.id
        actions.delete_template(scope, default.id, '"v1"')
        assert chosen(scope, client_id) == "standard-default"
        with pytest.raises(NotFound):
            queries.get_template(scope, theirs.id)
        with pytest.raises(NotFound):
            actions.set_default(scope, default.id)
        kept = scope.session.execute(text("SELECT count(*) FROM template_version")).scalar_one()
        assert kept == 2
        assert [r.id for r in queries.list_templates(scope, kind="invoice", limit=50, after=None).items] == [
            standard.code for standard in STANDARD_TEMPLATES if standard.kind == "invoice"
        ]


def test_assigning_needs_a_client_a_template_of_the_kind_and_the_etag(shop: Shop) -> None:
    with shop.scope() as scope:
        client_id, quote = a_client(scope), saved(scope, kind="quote")
        with pytest.raises(Malformed):
            actions.assign_template(scope, client_id, "invoice", quote.id, None)
        with pytest.raises(NotFound) as refused:
            actions.assign_template(scope, new_id(), "quote", quote.id, None)
        assert refused.value.code == "CLIENT_NOT_FOUND"
        first, is_new = actions.assign_template(scope, client_id, "quote", quote.id, None)
        assert (first.template_id, first.version, is_new) == (quote.id, 1, True)
        with pytest.raises(PreconditionRequired):
            actions.assign_template(scope, client_id, "quote", quote.id, None)
        second, is_new = actions.assign_template(scope, client_id, "quote", "standard-quote-detailed", '"v1"')
        assert (second.version, is_new) == (2, False)
        assert queries.get_template(scope, second.template_id).based_on == "standard-quote-detailed"
        with pytest.raises(Conflict):
            actions.unassign_template(scope, client_id, "quote", '"v1"')
        actions.unassign_template(scope, client_id, "quote", '"v2"')
        with pytest.raises(NotFound):
            queries.get_assignment(scope, client_id, "quote")


def test_a_wish_for_a_template_does_not_keep_a_client(shop: Shop) -> None:
    with shop.scope() as scope:
        client_id = a_client(scope)
        actions.assign_template(scope, client_id, "invoice", saved(scope).id, None)
    with shop.scope() as scope:
        assert delete_client(scope, client_id) is None
    with shop.scope(write=False) as scope, pytest.raises(NotFound):
        queries.get_assignment(scope, client_id, "invoice")


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 50])
def test_pages_show_the_standard_ones_then_the_own_by_name(shop: Shop, limit: int) -> None:
    with shop.scope() as scope:
        for name in ("zebra", "Émile", "apple"):
            saved(scope, name)
        saved(scope, "a quote", "quote")
        shown: list[str] = []
        after = None
        while True:
            page = queries.list_templates(scope, kind="invoice", limit=limit, after=after)
            assert len(page.items) <= limit
            shown += [record.name for record in page.items]
            after = page.next
            if after is None:
                break
    standards = [standard.name for standard in STANDARD_TEMPLATES if standard.kind == "invoice"]
    assert shown == [*standards, "apple", "Émile", "zebra"]


def test_cursors_of_nobody_are_refused(shop: Shop) -> None:
    from billhead.storage.listing import cursor_of

    with shop.scope(write=False) as scope:
        for cursor in (cursor_of("standard", "no-such", "-"), cursor_of("own", "aa", "no-id"), "!"):
            with pytest.raises(Malformed):
                queries.list_templates(scope, kind=None, limit=5, after=cursor)


def test_a_business_has_a_limited_number_of_templates(shop: Shop) -> None:
    with shop.scope() as scope:
        most = scope.runtime.settings.max_templates
        for _ in range(most):
            saved(scope)
        with pytest.raises(TooLarge):
            saved(scope)


def test_a_version_never_changes_and_a_template_is_never_removed(shop: Shop) -> None:
    with shop.scope() as scope:
        record = saved(scope)
        actions.delete_template(scope, saved(scope, "Gone").id)
    for statement in (
        "UPDATE template_version SET content = '{}'",
        "DELETE FROM template_version",
        "DELETE FROM template",
        "UPDATE template SET name = 'back', deleted_at = NULL WHERE deleted_at IS NOT NULL",
    ):
        with pytest.raises(DBAPIError), shop.scope() as scope:
            scope.session.execute(text(statement))
    with shop.scope(write=False) as scope:
        assert queries.get_template(scope, record.id) == record


def test_what_happened_is_told_once_each(shop: Shop) -> None:
    with shop.scope() as scope:
        client_id, record = a_client(scope), saved(scope)
        for _ in range(2):
            actions.set_default(scope, record.id)
            actions.unset_default(scope, record.id)
            actions.assign_template(scope, client_id, "invoice", record.id, None)
            actions.unassign_template(scope, client_id, "invoice")
        actions.delete_template(scope, record.id)
    with shop.scope(write=False) as scope:
        types = [event.type for event in scope.session.query(OutboxEvent).order_by(OutboxEvent.id)]
    assert [kind.removeprefix("billhead.template.") for kind in types if "template" in kind] == [
        "created", *["default-set", "default-set", "client-set", "client-set"] * 2, "deleted",
    ]  # fmt: skip


def test_templates_belong_to_one_business(open_shop: OpenShop) -> None:
    home, abroad = open_shop("northside-auto"), open_shop("wave-store")
    with home.scope() as scope:
        record = actions.set_default(scope, saved(scope).id)
    with abroad.scope() as scope:
        assert chosen(scope) == "standard-default"
        for attempt in (
            lambda: queries.get_template(scope, record.id),
            lambda: queries.get_template_text(scope, record.id),
            lambda: actions.clone_template(scope, record.id),
            lambda: actions.set_default(scope, record.id),
            lambda: actions.assign_template(scope, a_client(scope), "invoice", record.id, None),
            lambda: actions.delete_template(scope, record.id),
        ):
            with pytest.raises(NotFound):
                attempt()
