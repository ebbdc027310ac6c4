"""Verbs without a way to try them: one's own, and those that nobody who signs in does."""

from __future__ import annotations

# What a user does about nobody but themselves: any may, and the verb asks for their password or their session.
OWN = {
    "accounts.cover.come_back",
    "accounts.own_account.change_password",
    "accounts.own_account.change_second_step",
    "accounts.own_account.confirm_password",
    "messages.unsaved.end_unsaved",
    "accounts.own_account.renew_recovery_codes",
    "accounts.sessions.sign_out_elsewhere",
}
# Verbs with a user's number that no page calls with one of its choice.
ELSEWHERE = {
    "accounts.second_steps.give_second_step": "at the machine itself, for demonstrations",
    "households.importing.loading.import_households": "a job: upload_list checked who asked for it",
}
# Modules whose verbs nobody who signs in does; their names say who does.
NOBODYS = {
    "accounts.sessions": "whoever has the cookie",
    "accounts.signing_in": "whoever has the password and the second step",
    "consultations.announcing_planned": "the clock",
    "consultations.keys_ahead": "the clock",
    "consultations.counting": "the clock",
    "consultations.priorities.watching": "the clock",
    "delivery": "workers and the clock, providers through hooks, and whoever has the link to stop messages",
    "geography.loading": "at the machine itself",
    "households": "residents on their own pages, by link, code or form; the clock",
    "reports": "the clock, which keeps tallies",
    "messages.recurring": "the clock",
    "replies": "residents by link and by text; the clock",
    "rights": "the clock at night",
    "systems": "other systems with their keys; the clock",
    "watches": "residents on their own pages; the clock",
}
