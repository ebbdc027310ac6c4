"""`owl users`: who may sign in, managed at the machine's own command line."""

from __future__ import annotations

import secrets

import click

from owl.accounts.changing_users import disable_user, reset_user
from owl.accounts.models import RoleName
from owl.accounts.users import add_user, list_users, user_with_email
from owl.cli.surroundings import application
from owl.foundation.clock import show_date, utc_now
from owl.foundation.database import db


@click.group()
def users() -> None:
    """Add, list, disable and reset those who sign in."""


@users.command("list")
def list_() -> None:
    """Everybody, with roles and areas."""
    with application():
        for user in list_users(db.session()):
            state = "" if user.active else "  disabled"
            seen = f"last here {show_date(user.last_login_at)}" if user.last_login_at else "never signed in"
            click.echo(f"{user.email:<40} {user.name:<24} {', '.join(user.roles):<14} {seen}{state}")
            click.echo(f"{'':<40} {', '.join(user.areas) or 'everywhere'}")


@users.command()
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and residents know them.")
@click.option("--rank", help='"PC", "PCSO", "Sergeant".')
@click.option("--role", required=True, type=click.Choice([role.value for role in RoleName]))
@click.option("--area", "areas", multiple=True, help="A neighbourhood's id or a district's code; may be repeated.")
def add(email: str, *, name: str, rank: str | None, role: str, areas: tuple[str, ...]) -> None:
    """Add somebody, and print their first password."""
    password = _new_password()
    with application():
        add_user(
            email=email, name=name, rank=rank, password=password, role=RoleName(role), areas=list(areas), now=utc_now()
        )
    _show_password(email, password)


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """End somebody's sessions, and let nobody sign in as them."""
    with application():
        disable_user(user_with_email(db.session(), email).id, now=utc_now())
    click.echo(f"{email} can't sign in any more.")


@users.command()
@click.argument("email")
def reset(email: str) -> None:
    """Let somebody in who is locked out: a new first password, a new second step."""
    password = _new_password()
    with application():
        reset_user(user_with_email(db.session(), email).id, password=password, now=utc_now())
    _show_password(email, password)


def _new_password() -> str:
    return secrets.token_urlsafe(15)


def _show_password(email: str, password: str) -> None:
    click.echo(f"{email} signs in with this first password and then sets up the second step:\n{password}")
