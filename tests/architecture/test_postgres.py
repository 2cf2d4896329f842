"""The test cluster itself: templates, roles, sharing. Everything else on PostgreSQL rests on these."""

import psycopg

from postgres import Cluster


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


def fill(url: str) -> None:
    with psycopg.connect(plain(url)) as connection:
        connection.execute("CREATE TABLE shelf (book text)")
        connection.execute("INSERT INTO shelf VALUES ('Ledger')")


def test_a_database_is_a_copy_of_its_template(postgres_cluster: Cluster) -> None:
    name = postgres_cluster.template("shelf", fill)
    first, second = (postgres_cluster.create_database(name) for _ in range(2))
    with psycopg.connect(plain(first)) as connection:
        connection.execute("DELETE FROM shelf")
    with psycopg.connect(plain(second)) as connection:
        assert connection.execute("SELECT book FROM shelf").fetchall() == [("Ledger",)]
    for url in (first, second):
        postgres_cluster.drop_database(url)


def test_a_template_is_filled_once(postgres_cluster: Cluster) -> None:
    calls: list[str] = []
    for _ in range(2):
        postgres_cluster.template("filled_once", calls.append)
    assert len(calls) <= 1


def test_a_url_can_name_an_ordinary_role(postgres_cluster: Cluster) -> None:
    postgres_cluster.execute("DROP ROLE IF EXISTS {}", "reader")
    postgres_cluster.execute("CREATE ROLE {} LOGIN", "reader")
    url = postgres_cluster.create_database(role="reader")
    with psycopg.connect(plain(url)) as connection:
        row = connection.execute("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == ("reader", False)
    postgres_cluster.drop_database(url)
