"""A consultation as a resident will find it, on a phone: the very page, in a frame that can send nothing."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.datastructures import MultiDict

from owl.accounts.permissions import Permission
from owl.consultations.asked import Asked
from owl.consultations.consultation_models import Consultation
from owl.consultations.life_cycle import Phase
from owl.consultations.questions import questions_of
from owl.consultations.wording import wording_of, wordings_of, written_in
from owl.foundation.clock import utc_now
from owl.foundation.languages import Language, speaking
from owl.web.access import permission_required
from owl.web.ballot_fields import fields_of
from owl.web.team.previewing import IN_A_FRAME, language_asked_for
from owl.web.team.seen import seen_consultation

bp = Blueprint("team_asking_preview", __name__, url_prefix="/team/consultations/<int:consultation_id>/preview")


@bp.get("")
@permission_required(Permission.READ)
def show(consultation_id: int) -> str:
    consultation = seen_consultation(consultation_id)
    return render_template(
        "team/consultations/preview.html",
        consultation=consultation,
        shown_in=language_asked_for(),
        written_in=[Language.ENGLISH, *wordings_of(consultation)],
    )


@bp.get("/page")
@permission_required(Permission.READ)
def page(consultation_id: int) -> str:
    consultation, language = seen_consultation(consultation_id), language_asked_for()
    with speaking(language):
        fields = fields_of(_as_it_will_be(consultation, language), {})
        return render_template("public/consultations/answer.html", errors={}, typed=MultiDict(), words="", **fields)


page.talisman_view_options = IN_A_FRAME  # type: ignore[attr-defined]


def _as_it_will_be(consultation: Consultation, language: Language) -> Asked:
    """What residents are asked while it is open, whatever it is now."""
    words, now = wording_of(consultation, language), utc_now()
    return Asked(
        id=consultation.id,
        slug=consultation.slug,
        title=words.title or consultation.title,
        intro=words.intro or consultation.intro,
        questions=questions_of(consultation, language),
        phase=Phase.OPEN,
        opens_at=consultation.opens_at or now,
        closes_at=consultation.closes_at or now,
        neighbourhood_ids=tuple(consultation.neighbourhood_ids),
        newer_slug=None,
        written_in=written_in(consultation, language),
    )
