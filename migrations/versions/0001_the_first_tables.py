"""The first tables.

Lock: none, nothing exists yet.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType


class Point(UserDefinedType[str]):
    """PostgreSQL's point."""

    def get_col_spec(self, **_: object) -> str:
        return "point"


APPEND_ONLY = ("audit", "consent", "signed_decision", "priority_update", "priority_check", "words_taken_out")
KEPT = ("contact_point", "message")  # deliveries name them without a foreign key (docs/adr/0003)

# (table, event, whether the rows before or after it): each leaves a mark of what is to be counted again.
COUNTED = (
    ("subscription", "INSERT", "NEW"),
    ("subscription", "UPDATE", "OLD"),
    ("subscription", "UPDATE", "NEW"),
    ("subscription", "DELETE", "OLD"),
    ("contact_point", "INSERT", "NEW"),
    ("contact_point", "UPDATE", "OLD"),
    ("contact_point", "UPDATE", "NEW"),
    ("subscriber", "UPDATE", "NEW"),
    ("household", "UPDATE", "OLD"),
    ("household", "UPDATE", "NEW"),
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowance_use",
        sa.Column("subscriber_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("used", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subscriber_id", "week", name=op.f("pk_allowance_use")),
        postgresql_with={"fillfactor": 50},
    )
    op.create_table(
        "allowed_site",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_allowed_site")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_act_at_id"), "audit", ["act", "at", "id"], unique=False)
    op.create_index(op.f("ix_audit_actor_id_at_id"), "audit", ["actor_id", "at", "id"], unique=False)
    op.create_index(op.f("ix_audit_at_id"), "audit", ["at", "id"], unique=False)
    op.create_index(
        "ix_audit_refusals",
        "audit",
        ["at", "id"],
        unique=False,
        postgresql_where=sa.text("starts_with(act, 'refused: ')"),
    )
    op.create_index(
        op.f("ix_audit_subject_subject_id_at_id"), "audit", ["subject", "subject_id", "at", "id"], unique=False
    )
    op.create_table(
        "bounce",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce")),
        sa.UniqueConstraint("message_id", "seq", "digest", name=op.f("uq_bounce_message_id_seq_digest")),
    )
    op.create_index(
        op.f("ix_bounce_contact_point_id"),
        "bounce",
        ["contact_point_id"],
        unique=False,
        postgresql_where="verdict = 'soft'",
    )
    op.create_index(op.f("ix_bounce_id"), "bounce", ["id"], unique=False, postgresql_where="settled_at IS NULL")
    op.create_table(
        "carried",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest_id", sa.BigInteger(), nullable=False),
        sa.Column("digest_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", "seq", name=op.f("pk_carried")),
    )
    op.create_index(op.f("ix_carried_digest_id_digest_seq"), "carried", ["digest_id", "digest_seq"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_address_index"), "consent", ["address_index"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=True),
        sa.Column("price", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("provider_reference", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_delivery_attempts_not_negative")),
        sa.PrimaryKeyConstraint("message_id", "seq", name=op.f("pk_delivery")),
        sa.UniqueConstraint("message_id", "contact_point_id", name=op.f("uq_delivery_message_id_contact_point_id")),
        postgresql_partition_by="RANGE (message_id)",
    )
    op.create_table(
        "district",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("boundary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_district")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("spread_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"], unique=False)
    op.create_index(op.f("ix_event_id"), "event", ["id"], unique=False, postgresql_where="spread_at IS NULL")
    op.create_table(
        "geography_set",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("preview", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("applied_before", sa.BigInteger(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_in_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geography_set")),
    )
    op.create_table(
        "house_limit",
        sa.Column("limit", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("limit", name=op.f("pk_house_limit")),
    )
    op.create_table(
        "inbound_text",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_inbound_text")),
    )
    op.create_table(
        "kind_rule",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("roles", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_days", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("cardinality(channels) > 0", name=op.f("ck_kind_rule_it_goes_somewhere")),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_kind_rule_somebody_writes_it")),
        sa.CheckConstraint("valid_days BETWEEN 1 AND 366", name=op.f("ck_kind_rule_valid_for_a_year_at_most")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_kind_rule")),
    )
    op.create_table(
        "message_template",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sms_text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_template")),
    )
    op.create_index(
        op.f("ix_message_template_name"), "message_template", ["name"], unique=True, postgresql_where="ended_at IS NULL"
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(
        op.f("ix_notice_due_at"), "notice", ["due_at"], unique=False, postgresql_where="status IN ('queued', 'sending')"
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("name", name=op.f("uq_partner_name")),
    )
    op.create_table(
        "reach_apart",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("contact_point_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("not_by_mail", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("not_by_text", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("texts_only_urgent", sa.Boolean(), nullable=False),
        sa.Column("only_urgent", sa.Boolean(), nullable=False),
        sa.Column("how_far", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), sa.Computed("left(postcode, -2)", persisted=True), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_apart")),
    )
    op.create_index(op.f("ix_reach_apart_neighbourhood_id"), "reach_apart", ["neighbourhood_id"], unique=False)
    op.create_index(op.f("ix_reach_apart_postcode"), "reach_apart", ["postcode"], unique=False)
    op.create_table(
        "reach_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), sa.Computed("left(postcode, -2)", persisted=True), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("homes_routine_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_routine_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_routine_street", sa.SmallInteger(), nullable=False),
        sa.Column("mails_routine_street", sa.SmallInteger(), nullable=False),
        sa.Column("texts_routine_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_routine_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_routine_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_routine_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("mails_routine_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("texts_routine_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_routine_district", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_routine_district", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_routine_district", sa.SmallInteger(), nullable=False),
        sa.Column("mails_routine_district", sa.SmallInteger(), nullable=False),
        sa.Column("texts_routine_district", sa.SmallInteger(), nullable=False),
        sa.Column("homes_urgent_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_urgent_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_urgent_street", sa.SmallInteger(), nullable=False),
        sa.Column("mails_urgent_street", sa.SmallInteger(), nullable=False),
        sa.Column("texts_urgent_street", sa.SmallInteger(), nullable=False),
        sa.Column("homes_urgent_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_urgent_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_urgent_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("mails_urgent_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("texts_urgent_neighbourhood", sa.SmallInteger(), nullable=False),
        sa.Column("homes_urgent_district", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_mail_urgent_district", sa.SmallInteger(), nullable=False),
        sa.Column("homes_by_text_urgent_district", sa.SmallInteger(), nullable=False),
        sa.Column("mails_urgent_district", sa.SmallInteger(), nullable=False),
        sa.Column("texts_urgent_district", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_count")),
    )
    op.create_index(
        op.f("ix_reach_count_kind_neighbourhood_id"), "reach_count", ["kind", "neighbourhood_id"], unique=False
    )
    op.create_index(op.f("ix_reach_count_postcode_kind"), "reach_count", ["postcode", "kind"], unique=False)
    op.create_table(
        "reach_stale",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reach_stale")),
    )
    op.create_table(
        "receipt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("provider_reference", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("provider_reference", "said", name=op.f("uq_receipt_provider_reference_said")),
    )
    op.create_index(op.f("ix_receipt_id"), "receipt", ["id"], unique=False, postgresql_where="merged_at IS NULL")
    op.create_table(
        "reply_list_entry",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_list_entry")),
    )
    op.create_index(
        op.f("ix_reply_list_entry_list_name_name"),
        "reply_list_entry",
        ["list_name", "name"],
        unique=True,
        postgresql_where="ended_at IS NULL",
    )
    op.create_table(
        "role",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "subscriber",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_until", sa.SmallInteger(), nullable=True),
        sa.Column("rhythm", sa.Text(), server_default="at_once", nullable=False),
        sa.Column("weekly_allowance", sa.SmallInteger(), nullable=True),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("large_text", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_subscriber_quiet_hours_whole")
        ),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23 AND quiet_from <> quiet_until",
            name=op.f("ck_subscriber_quiet_hours_of_a_day"),
        ),
        sa.CheckConstraint("weekly_allowance >= 0", name=op.f("ck_subscriber_allowance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriber")),
    )
    op.create_index(
        op.f("ix_subscriber_paused_until"),
        "subscriber",
        ["paused_until"],
        unique=False,
        postgresql_where="paused_until IS NOT NULL",
    )
    op.create_table(
        "suppression",
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address_index", name=op.f("pk_suppression")),
    )
    op.create_table(
        "text_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("segments", sa.BigInteger(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_text_day")),
    )
    op.create_table(
        "text_trouble",
        sa.Column("contact_point_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contact_point_id", name=op.f("pk_text_trouble")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_login_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("login_count", sa.BigInteger(), nullable=True),
        sa.Column("failed_sign_ins", sa.BigInteger(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_second_steps", sa.BigInteger(), nullable=False),
        sa.Column("second_step_locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tf_primary_method", sa.Text(), nullable=True),
        sa.Column("tf_totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("tf_last_counter", sa.BigInteger(), nullable=True),
        sa.Column("mf_recovery_codes", sa.Text(), nullable=True),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_user_fs_uniquifier")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["user.id"], name=op.f("fk_api_key_made_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_api_key_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_key_secret_hash")),
        sa.UniqueConstraint("user_id", name=op.f("uq_api_key_user_id")),
    )
    op.create_table(
        "consultation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("replaces_id", sa.BigInteger(), nullable=True),
        sa.Column("round", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("intro", sa.Text(), nullable=False),
        sa.Column("questions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("translations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("neighbourhood_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_because", sa.Text(), nullable=True),
        sa.Column("box_key", sa.LargeBinary(), nullable=True),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (opens_at IS NOT NULL AND closes_at IS NOT NULL)",
            name=op.f("ck_consultation_announced_whole"),
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_consultation_opens_before_it_closes")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_consultation_author_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["consultation.id"], name=op.f("fk_consultation_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_slug")),
    )
    op.create_index(
        op.f("ix_consultation_closes_at"),
        "consultation",
        ["closes_at"],
        unique=False,
        postgresql_where="status = 'announced'",
    )
    op.create_index(
        op.f("ix_consultation_neighbourhood_ids"),
        "consultation",
        ["neighbourhood_ids"],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index(op.f("ix_consultation_replaces_id"), "consultation", ["replaces_id"], unique=False)
    op.create_index(
        op.f("ix_consultation_round_neighbourhood_ids"),
        "consultation",
        ["round", "neighbourhood_ids"],
        unique=True,
        postgresql_where="round IS NOT NULL AND status <> 'withdrawn'",
    )
    op.create_table(
        "contact_point",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("address_index", sa.LargeBinary(), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suppressed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suppressed_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(address_encrypted IS NULL) = (address_index IS NULL)", name=op.f("ck_contact_point_erased_whole")
        ),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_contact_point_subscriber_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("address_index", name=op.f("uq_contact_point_address_index")),
    )
    op.create_index(op.f("ix_contact_point_subscriber_id"), "contact_point", ["subscriber_id"], unique=False)
    op.create_table(
        "cover",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("cover_id", sa.BigInteger(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_at < until_at", name=op.f("ck_cover_some_time")),
        sa.CheckConstraint("user_id <> cover_id", name=op.f("ck_cover_somebody_else")),
        sa.ForeignKeyConstraint(["cover_id"], ["user.id"], name=op.f("fk_cover_cover_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_cover_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_cover")),
    )
    op.create_index(op.f("ix_cover_cover_id"), "cover", ["cover_id"], unique=False)
    op.create_table(
        "household_list",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("rows_checked", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_household_list_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_list")),
    )
    op.create_index(
        op.f("ix_household_list_id"), "household_list", ["id"], unique=False, postgresql_where="status = 'waiting'"
    )
    op.create_table(
        "joining",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_joining_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joining")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_joining_token_hash")),
    )
    op.create_index(op.f("ix_joining_expires_at"), "joining", ["expires_at"], unique=False)
    op.create_table(
        "magic_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_magic_link_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_magic_link")),
    )
    op.create_index(op.f("ix_magic_link_subscriber_id"), "magic_link", ["subscriber_id"], unique=False)
    op.create_table(
        "neighbourhood",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("name_is_attested", sa.Boolean(), nullable=False),
        sa.Column("label_at", Point(), nullable=False),
        sa.Column("boundary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name=op.f("fk_neighbourhood_district_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neighbourhood")),
    )
    op.create_index(op.f("ix_neighbourhood_district_code"), "neighbourhood", ["district_code"], unique=False)
    op.create_table(
        "partner_tick",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("ticked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_partner_tick_partner_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_partner_tick_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_tick")),
    )
    op.create_index(
        op.f("ix_partner_tick_partner_id"),
        "partner_tick",
        ["partner_id"],
        unique=False,
        postgresql_where="taken_back_at IS NULL",
    )
    op.create_index(
        op.f("ix_partner_tick_subscriber_id_partner_id"),
        "partner_tick",
        ["subscriber_id", "partner_id"],
        unique=True,
        postgresql_where="taken_back_at IS NULL",
    )
    op.create_table(
        "priority_check",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("checker_id", sa.BigInteger(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["checker_id"], ["user.id"], name=op.f("fk_priority_check_checker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_check")),
    )
    op.create_index(op.f("ix_priority_check_neighbourhood_id"), "priority_check", ["neighbourhood_id"], unique=False)
    op.create_table(
        "training_guest",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("added_by_id", sa.BigInteger(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["user.id"], name=op.f("fk_training_guest_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_guest")),
        sa.UniqueConstraint("address_index", name=op.f("uq_training_guest_address_index")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("role_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_user_role_role_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_user_role")),
    )
    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_session_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"], unique=False)
    op.create_table(
        "ward",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district_code", sa.Text(), nullable=False),
        sa.Column("boundary", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name=op.f("fk_ward_district_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ward")),
    )
    op.create_index(op.f("ix_ward_district_code"), "ward", ["district_code"], unique=False)
    op.create_table(
        "api_request",
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("answer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_api_request_key_id")),
        sa.PrimaryKeyConstraint("key_id", "idempotency_key", name=op.f("pk_api_request")),
    )
    op.create_index(op.f("ix_api_request_asked_at"), "api_request", ["asked_at"], unique=False)
    op.create_table(
        "consultation_result",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("figures", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_result_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_consultation_result")),
    )
    op.create_table(
        "consultation_signing_key",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("ward_code", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_signing_key_consultation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "ward_code", name=op.f("pk_consultation_signing_key")),
    )
    op.create_table(
        "counted_ballot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=True),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_counted_ballot_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_ballot")),
    )
    op.create_index(op.f("ix_counted_ballot_consultation_id"), "counted_ballot", ["consultation_id"], unique=False)
    op.create_table(
        "counted_code",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_counted_code_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "code_hash", name=op.f("pk_counted_code")),
    )
    op.create_table(
        "door_count",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("ballots", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_door_count_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "neighbourhood_id", "topic", name=op.f("pk_door_count")),
    )
    op.create_table(
        "ended_clock",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ending", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_ended_clock_neighbourhood_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_clock")),
    )
    op.create_index(
        op.f("ix_ended_clock_neighbourhood_id_ended_at"), "ended_clock", ["neighbourhood_id", "ended_at"], unique=False
    )
    op.create_table(
        "household",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), sa.Computed("left(postcode, -2)", persisted=True), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.Column("house", sa.LargeBinary(), nullable=True),
        sa.Column("house_index", sa.LargeBinary(), nullable=True),
        sa.Column("on_paper", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_household_neighbourhood_id")),
        sa.ForeignKeyConstraint(["ward_code"], ["ward.code"], name=op.f("fk_household_ward_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("postcode", "house_index", name=op.f("uq_household_postcode_house_index")),
    )
    op.create_index(op.f("ix_household_neighbourhood_id"), "household", ["neighbourhood_id"], unique=False)
    op.create_index(op.f("ix_household_sector"), "household", ["sector"], unique=False)
    op.create_index(op.f("ix_household_ward_code"), "household", ["ward_code"], unique=False)
    op.create_table(
        "household_list_part",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("is_refused", sa.Boolean(), nullable=False),
        sa.Column("no", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_encrypted", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["household_list.id"], name=op.f("fk_household_list_part_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("list_id", "is_refused", "no", name=op.f("pk_household_list_part")),
    )
    op.create_table(
        "postcode",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), sa.Computed("left(code, -2)", persisted=True), nullable=False),
        sa.Column("location", Point(), nullable=False),
        sa.Column(
            "metres",
            Point(),
            sa.Computed("point(location[0] * 68922.6, location[1] * 111264.3)", persisted=True),
            nullable=False,
        ),
        sa.Column("ward_code", sa.Text(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), server_default="true", nullable=False),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_postcode_neighbourhood_id")),
        sa.ForeignKeyConstraint(["ward_code"], ["ward.code"], name=op.f("fk_postcode_ward_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_postcode")),
    )
    op.create_index(op.f("ix_postcode_metres"), "postcode", ["metres"], unique=False, postgresql_using="gist")
    op.create_index(op.f("ix_postcode_neighbourhood_id"), "postcode", ["neighbourhood_id"], unique=False)
    op.create_index(op.f("ix_postcode_sector"), "postcode", ["sector"], unique=False)
    op.create_index(op.f("ix_postcode_ward_code"), "postcode", ["ward_code"], unique=False)
    op.create_table(
        "priority_freshness",
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alarm_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"],
            ["neighbourhood.id"],
            name=op.f("fk_priority_freshness_neighbourhood_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("neighbourhood_id", name=op.f("pk_priority_freshness")),
    )
    op.create_index(op.f("ix_priority_freshness_fresh_at"), "priority_freshness", ["fresh_at"], unique=False)
    op.create_table(
        "proof",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("joining_id", sa.BigInteger(), nullable=True),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("num_nonnulls(joining_id, subscriber_id) = 1", name=op.f("ck_proof_for_one_purpose")),
        sa.ForeignKeyConstraint(["joining_id"], ["joining.id"], name=op.f("fk_proof_joining_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_proof_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_proof_secret_hash")),
    )
    op.create_index(op.f("ix_proof_address_index_created_at"), "proof", ["address_index", "created_at"], unique=False)
    op.create_index(op.f("ix_proof_joining_id"), "proof", ["joining_id"], unique=False)
    op.create_index(op.f("ix_proof_subscriber_id"), "proof", ["subscriber_id"], unique=False)
    op.create_table(
        "raised_issue",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("consultation_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("raised_in", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(consultation_id, answer) <> 1", name=op.f("ck_raised_issue_an_answer_has_its_consultation")
        ),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_raised_issue_consultation_id")),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_raised_issue_neighbourhood_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_issue")),
    )
    op.create_index(
        op.f("ix_raised_issue_consultation_id_raised_in_answer"),
        "raised_issue",
        ["consultation_id", "raised_in", "answer"],
        unique=True,
    )
    op.create_index(op.f("ix_raised_issue_neighbourhood_id"), "raised_issue", ["neighbourhood_id"], unique=False)
    op.create_table(
        "remark",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=True),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("place", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("redacted_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("redacted_because", sa.Text(), nullable=True),
        sa.Column("looked_at_by_id", sa.BigInteger(), nullable=True),
        sa.Column("theme", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_remark_consultation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["looked_at_by_id"], ["user.id"], name=op.f("fk_remark_looked_at_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(
        op.f("ix_remark_consultation_id_question_theme"),
        "remark",
        ["consultation_id", "question", "theme"],
        unique=False,
    )
    op.create_index(
        "ix_remark_to_look_at",
        "remark",
        ["consultation_id"],
        unique=False,
        postgresql_where="looked_at_by_id IS NULL AND words_encrypted IS NOT NULL",
    )
    op.create_table(
        "sealed_ballot",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_sealed_ballot_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "code_hash", name=op.f("pk_sealed_ballot")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("texts_monthly_pounds", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_team_neighbourhood_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("neighbourhood_id", name=op.f("uq_team_neighbourhood_id")),
    )
    op.create_table(
        "text_talk",
        sa.Column("address_index", sa.LargeBinary(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("texts", sa.BigInteger(), nullable=False),
        sa.Column("answers", sa.BigInteger(), nullable=False),
        sa.Column("helped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("neighbourhood_id", sa.Text(), nullable=True),
        sa.Column("ward_code", sa.Text(), nullable=True),
        sa.CheckConstraint("(postcode IS NULL) = (asked_at IS NULL)", name=op.f("ck_text_talk_asked_whole")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_text_talk_neighbourhood_id")),
        sa.ForeignKeyConstraint(["ward_code"], ["ward.code"], name=op.f("fk_text_talk_ward_code")),
        sa.PrimaryKeyConstraint("address_index", name=op.f("pk_text_talk")),
    )
    op.create_index(op.f("ix_text_talk_last_at"), "text_talk", ["last_at"], unique=False)
    op.create_table(
        "user_area",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=True),
        sa.Column("district_code", sa.Text(), nullable=True),
        sa.CheckConstraint("num_nonnulls(neighbourhood_id, district_code) = 1", name=op.f("ck_user_area_one_area")),
        sa.ForeignKeyConstraint(["district_code"], ["district.code"], name=op.f("fk_user_area_district_code")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_user_area_neighbourhood_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_area_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_area")),
    )
    op.create_index(op.f("ix_user_area_user_id"), "user_area", ["user_id"], unique=False)
    op.create_table(
        "voice",
        sa.Column("consultation_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["consultation_id"], ["consultation.id"], name=op.f("fk_voice_consultation_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("consultation_id", "household_id", name=op.f("pk_voice")),
    )
    op.create_table(
        "watch",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_watch_neighbourhood_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_index(op.f("ix_watch_neighbourhood_id_name"), "watch", ["neighbourhood_id", "name"], unique=True)
    op.create_table(
        "webhook",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["key_id"], ["api_key.id"], name=op.f("fk_webhook_key_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_index(op.f("ix_webhook_key_id"), "webhook", ["key_id"], unique=False)
    op.create_table(
        "decision_draft",
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("passed_to", sa.Text(), nullable=True),
        sa.Column("passed_to_address", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("writer_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["issue_id"], ["raised_issue.id"], name=op.f("fk_decision_draft_issue_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_decision_draft_owner_id")),
        sa.PrimaryKeyConstraint("issue_id", name=op.f("pk_decision_draft")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sms_text", sa.Text(), nullable=True),
        sa.Column("translations", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("partner_id", sa.BigInteger(), nullable=True),
        sa.Column("watch_id", sa.BigInteger(), nullable=True),
        sa.Column("consultation_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("audience_hash", sa.LargeBinary(), nullable=True),
        sa.Column("neighbourhood_ids", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("targeted", sa.BigInteger(), nullable=True),
        sa.Column("homes", sa.BigInteger(), nullable=True),
        sa.Column("text_segments", sa.BigInteger(), nullable=True),
        sa.Column("overridden", sa.BigInteger(), nullable=True),
        sa.Column("follows_id", sa.BigInteger(), nullable=True),
        sa.Column("follow_up", sa.Text(), nullable=True),
        sa.Column("author_id", sa.BigInteger(), nullable=True),
        sa.Column("approver_id", sa.BigInteger(), nullable=True),
        sa.Column("approval_needed_because", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("self_approved_because", sa.Text(), nullable=True),
        sa.Column("names_a_person", sa.Boolean(), nullable=False),
        sa.Column("training", sa.Boolean(), nullable=False),
        sa.Column("returned_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_because", sa.Text(), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'digest') = (author_id IS NULL)", name=op.f("ck_message_only_a_digest_has_no_author")
        ),
        sa.CheckConstraint(
            "coalesce(follow_up, 'no') = CASE WHEN kind IN ('stand_down', 'update', 'outcome') THEN kind ELSE 'no' END",
            name=op.f("ck_message_a_follow_up_is_a_kind"),
        ),
        sa.CheckConstraint("(follow_up IS NULL) = (follows_id IS NULL)", name=op.f("ck_message_a_follow_up_follows")),
        sa.CheckConstraint(
            "author_id <> approver_id OR self_approved_because IS NOT NULL", name=op.f("ck_message_four_eyes")
        ),
        sa.CheckConstraint("targeted >= 0", name=op.f("ck_message_targeted_not_negative")),
        sa.ForeignKeyConstraint(["approver_id"], ["user.id"], name=op.f("fk_message_approver_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_message_author_id")),
        sa.ForeignKeyConstraint(["consultation_id"], ["consultation.id"], name=op.f("fk_message_consultation_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["message.id"], name=op.f("fk_message_follows_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_message_partner_id")),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_message_watch_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("code", name=op.f("uq_message_code")),
    )
    op.create_index(op.f("ix_message_"), "message", [sa.literal_column("coalesce(send_at, approved_at)")], unique=False)
    op.create_index(op.f("ix_message_approved_at"), "message", ["approved_at"], unique=False)
    op.create_index(op.f("ix_message_author_id"), "message", ["author_id"], unique=False)
    op.create_index(op.f("ix_message_consultation_id"), "message", ["consultation_id"], unique=False)
    op.create_index(op.f("ix_message_follows_id"), "message", ["follows_id"], unique=False)
    op.create_index(
        op.f("ix_message_follows_id_follow_up"),
        "message",
        ["follows_id", "follow_up"],
        unique=True,
        postgresql_where="status <> 'cancelled' AND follow_up <> 'update'",
    )
    op.create_index(
        op.f("ix_message_neighbourhood_ids"), "message", ["neighbourhood_ids"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("ix_message_status_id"), "message", ["status", "id"], unique=False)
    op.create_index(op.f("ix_message_watch_id"), "message", ["watch_id"], unique=False)
    op.create_table(
        "priority_update",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("writer_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["issue_id"], ["raised_issue.id"], name=op.f("fk_priority_update_issue_id")),
        sa.ForeignKeyConstraint(["writer_id"], ["user.id"], name=op.f("fk_priority_update_writer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_priority_update")),
    )
    op.create_index(op.f("ix_priority_update_issue_id"), "priority_update", ["issue_id"], unique=False)
    op.create_table(
        "signed_decision",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("issue_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("signer_id", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issue", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("passed_to", sa.Text(), nullable=True),
        sa.Column("passed_to_address", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("writer_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(decision = 'passed_on') = (passed_to IS NOT NULL)", name=op.f("ck_signed_decision_passed_on_to_somebody")
        ),
        sa.CheckConstraint(
            "decision <> 'chosen' OR num_nulls(owner_id, until) = 0", name=op.f("ck_signed_decision_chosen_whole")
        ),
        sa.CheckConstraint("signer_id <> ALL (writer_ids)", name=op.f("ck_signed_decision_four_eyes")),
        sa.ForeignKeyConstraint(["issue_id"], ["raised_issue.id"], name=op.f("fk_signed_decision_issue_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_signed_decision_owner_id")),
        sa.ForeignKeyConstraint(["signer_id"], ["user.id"], name=op.f("fk_signed_decision_signer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_decision")),
    )
    op.create_index(op.f("ix_signed_decision_issue_id_number"), "signed_decision", ["issue_id", "number"], unique=True)
    op.create_table(
        "social_account",
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_social_account_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "network", name=op.f("pk_social_account")),
    )
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("tie", sa.Text(), server_default="own", nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("not_by_mail", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("not_by_text", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("texts_only_urgent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("only_urgent", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("how_far", sa.Text(), server_default="district", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_subscription_household_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_subscription_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("subscriber_id", "household_id", name=op.f("uq_subscription_subscriber_id_household_id")),
    )
    op.create_index(op.f("ix_subscription_household_id"), "subscription", ["household_id"], unique=False)
    op.create_table(
        "team_meeting",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name=op.f("ck_team_meeting_begins_before_it_ends")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_meeting_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_meeting")),
        sa.UniqueConstraint("uid", name=op.f("uq_team_meeting_uid")),
    )
    op.create_index(op.f("ix_team_meeting_ends_at"), "team_meeting", ["ends_at"], unique=False)
    op.create_index(op.f("ix_team_meeting_team_id_ends_at"), "team_meeting", ["team_id", "ends_at"], unique=False)
    op.create_table(
        "team_officer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("team_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("photo", sa.LargeBinary(), nullable=True),
        sa.Column("photo_version", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_officer_team_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_team_officer_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_officer")),
    )
    op.create_index(op.f("ix_team_officer_team_id"), "team_officer", ["team_id"], unique=False)
    op.create_index(op.f("ix_team_officer_user_id"), "team_officer", ["user_id"], unique=False)
    op.create_table(
        "watch_area",
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_watch_area_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watch_id", "code", name=op.f("pk_watch_area")),
    )
    op.create_index(op.f("ix_watch_area_code"), "watch_area", ["code"], unique=False)
    op.create_table(
        "watch_coordinator",
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("vetting", sa.Text(), nullable=False),
        sa.Column("tier", sa.SmallInteger(), nullable=True),
        sa.Column("vetted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "vetting <> 'vetted' OR num_nulls(tier, vetted_until) = 0", name=op.f("ck_watch_coordinator_vetted_whole")
        ),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name=op.f("ck_watch_coordinator_a_tier")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_watch_coordinator_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watch.id"], name=op.f("fk_watch_coordinator_watch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("watch_id", "user_id", name=op.f("pk_watch_coordinator")),
    )
    op.create_index(op.f("ix_watch_coordinator_user_id"), "watch_coordinator", ["user_id"], unique=False)
    op.create_table(
        "watch_home",
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("house", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["user.id"], name=op.f("fk_watch_home_added_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_watch_home_household_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_watch_home_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watch_id", "household_id", name=op.f("pk_watch_home")),
    )
    op.create_index(op.f("ix_watch_home_household_id"), "watch_home", ["household_id"], unique=False)
    op.create_table(
        "webhook_call",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_webhook_call_attempts_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_webhook_call_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_call_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_call")),
    )
    op.create_index(
        op.f("ix_webhook_call_due_at"),
        "webhook_call",
        ["due_at"],
        unique=False,
        postgresql_where="done_at IS NULL AND given_up_at IS NULL",
    )
    op.create_index(op.f("ix_webhook_call_event_id"), "webhook_call", ["event_id"], unique=False)
    op.create_index(op.f("ix_webhook_call_webhook_id_id"), "webhook_call", ["webhook_id", "id"], unique=False)
    op.create_table(
        "area_tally",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("homes_there", sa.Integer(), nullable=False),
        sa.Column("homes", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("mails", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("texts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_area_tally_message_id")),
        sa.PrimaryKeyConstraint("message_id", "neighbourhood_id", name=op.f("pk_area_tally")),
    )
    op.create_table(
        "batch",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("crashes", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_seq <= last_seq", name=op.f("ck_batch_a_range")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_batch_message_id")),
        sa.PrimaryKeyConstraint("message_id", "no", name=op.f("pk_batch")),
    )
    op.create_index(op.f("ix_batch_due_at"), "batch", ["due_at"], unique=False, postgresql_where="done_at IS NULL")
    op.create_table(
        "digest",
        sa.Column("rhythm", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_digest_message_id")),
        sa.PrimaryKeyConstraint("rhythm", "day", name=op.f("pk_digest")),
        sa.UniqueConstraint("message_id", name=op.f("uq_digest_message_id")),
    )
    op.create_table(
        "emergency_review",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewer_id", sa.BigInteger(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nulls(reviewer_id, reviewed_at, was_right, note) IN (0, 4)",
            name=op.f("ck_emergency_review_reviewed_wholly_or_not_yet"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_emergency_review_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["user.id"], name=op.f("fk_emergency_review_reviewer_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_emergency_review")),
    )
    op.create_index(
        op.f("ix_emergency_review_message_id"),
        "emergency_review",
        ["message_id"],
        unique=False,
        postgresql_where="reviewed_at IS NULL",
    )
    op.create_table(
        "home_move",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("from_household_id", sa.BigInteger(), nullable=False),
        sa.Column("to_household_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_household_id"], ["household.id"], name=op.f("fk_home_move_from_household_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_home_move_subscription_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["to_household_id"], ["household.id"], name=op.f("fk_home_move_to_household_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_move")),
    )
    op.create_index(op.f("ix_home_move_subscription_id"), "home_move", ["subscription_id"], unique=False)
    op.create_table(
        "invitation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_invitation_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_subscription_id"), "invitation", ["subscription_id"], unique=False)
    op.create_table(
        "last_mile",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["user.id"], name=op.f("fk_last_mile_changed_by")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_last_mile_message_id")),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_last_mile_watch_id")),
        sa.PrimaryKeyConstraint("message_id", "household_id", name=op.f("pk_last_mile")),
    )
    op.create_index(op.f("ix_last_mile_watch_id_message_id"), "last_mile", ["watch_id", "message_id"], unique=False)
    op.create_table(
        "message_editor",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_editor_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_message_editor_user_id")),
        sa.PrimaryKeyConstraint("message_id", "user_id", name=op.f("pk_message_editor")),
    )
    op.create_table(
        "message_outcome",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("led_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "cardinality(led_to) > 0 AND (cardinality(led_to) = 1 OR 'none' <> ALL (led_to))",
            name=op.f("ck_message_outcome_something_or_none"),
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_outcome_message_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user.id"], name=op.f("fk_message_outcome_recorded_by")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_outcome")),
    )
    op.create_table(
        "message_picture",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=False),
        sa.Column("height", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("alt <> ''", name=op.f("ck_message_picture_says_what_it_shows")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_picture_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_picture")),
        sa.UniqueConstraint("name", name=op.f("uq_message_picture_name")),
    )
    op.create_index(op.f("ix_message_picture_message_id"), "message_picture", ["message_id"], unique=False)
    op.create_table(
        "message_rating",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("rating", sa.Text(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_rating_message_id")),
        sa.PrimaryKeyConstraint("message_id", "seq", name=op.f("pk_message_rating")),
    )
    op.create_table(
        "message_tally",
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("not_useful", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_tally_message_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_message_tally")),
    )
    op.create_table(
        "recurring_draft",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("week", sa.BigInteger(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
        sa.Column("clock", sa.Time(), nullable=False),
        sa.Column("days_before", sa.BigInteger(), nullable=False),
        sa.Column("sends_at", sa.Time(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("days_before BETWEEN 0 AND 60", name=op.f("ck_recurring_draft_days_before_in_reach")),
        sa.CheckConstraint("week BETWEEN 1 AND 5", name=op.f("ck_recurring_draft_week_of_a_month")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_recurring_draft_author_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_recurring_draft_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_draft")),
    )
    op.create_index(
        op.f("ix_recurring_draft_next_on"),
        "recurring_draft",
        ["next_on"],
        unique=False,
        postgresql_where="ended_at IS NULL",
    )
    op.create_table(
        "relocation",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("set_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("household_id", sa.BigInteger(), nullable=False),
        sa.Column("from_neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("from_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_relocation_household_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_id"], ["geography_set.id"], name=op.f("fk_relocation_set_id")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_relocation_subscription_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relocation")),
        sa.UniqueConstraint("set_id", "subscription_id", name=op.f("uq_relocation_set_id_subscription_id")),
    )
    op.create_index(op.f("ix_relocation_id"), "relocation", ["id"], unique=False, postgresql_where="told_at IS NULL")
    op.create_index(op.f("ix_relocation_subscription_id"), "relocation", ["subscription_id"], unique=False)
    op.create_table(
        "reply",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("subscriber_id", sa.BigInteger(), nullable=True),
        sa.Column("neighbourhood_id", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee_id", sa.BigInteger(), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_told", sa.Boolean(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recourse_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.Text(), nullable=True),
        sa.Column("handed_to", sa.Text(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["user.id"], name=op.f("fk_reply_assignee_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["reply.id"], name=op.f("fk_reply_merged_into_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_reply_message_id")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_reply_neighbourhood_id")),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["subscriber.id"], name=op.f("fk_reply_subscriber_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_reply_idempotency_key")),
    )
    op.create_index(
        op.f("ix_reply_assignee_id"), "reply", ["assignee_id"], unique=False, postgresql_where="state <> 'closed'"
    )
    op.create_index(op.f("ix_reply_due_at"), "reply", ["due_at"], unique=False, postgresql_where="state = 'open'")
    op.create_index(
        op.f("ix_reply_merged_into_id"),
        "reply",
        ["merged_into_id"],
        unique=False,
        postgresql_where="merged_into_id IS NOT NULL",
    )
    op.create_index(op.f("ix_reply_message_id"), "reply", ["message_id"], unique=False)
    op.create_index(
        op.f("ix_reply_neighbourhood_id_due_at"),
        "reply",
        ["neighbourhood_id", "due_at"],
        unique=False,
        postgresql_where="state = 'open'",
    )
    op.create_index(
        op.f("ix_reply_neighbourhood_id_state_id"), "reply", ["neighbourhood_id", "state", "id"], unique=False
    )
    op.create_index(op.f("ix_reply_subscriber_id"), "reply", ["subscriber_id"], unique=False)
    op.create_table(
        "unsaved_sheet",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_unsaved_sheet_message_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_unsaved_sheet_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_unsaved_sheet")),
    )
    op.create_index(op.f("ix_unsaved_sheet_user_id"), "unsaved_sheet", ["user_id"], unique=False)
    op.create_table(
        "watch_member",
        sa.Column("watch_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger(), nullable=False),
        sa.Column("paper_if_unreached", sa.Boolean(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_watch_member_subscription_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_watch_member_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watch_id", "subscription_id", name=op.f("pk_watch_member")),
    )
    op.create_index(op.f("ix_watch_member_subscription_id"), "watch_member", ["subscription_id"], unique=False)
    op.create_table(
        "words_taken_out",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("update_id", sa.BigInteger(), nullable=True),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("taken_out_by_id", sa.BigInteger(), nullable=False),
        sa.Column("taken_out_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(decision_id, update_id) = 1", name=op.f("ck_words_taken_out_of_one")),
        sa.ForeignKeyConstraint(["decision_id"], ["signed_decision.id"], name=op.f("fk_words_taken_out_decision_id")),
        sa.ForeignKeyConstraint(["taken_out_by_id"], ["user.id"], name=op.f("fk_words_taken_out_taken_out_by_id")),
        sa.ForeignKeyConstraint(["update_id"], ["priority_update.id"], name=op.f("fk_words_taken_out_update_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_taken_out")),
    )
    op.create_index(op.f("ix_words_taken_out_decision_id"), "words_taken_out", ["decision_id"], unique=True)
    op.create_index(op.f("ix_words_taken_out_update_id"), "words_taken_out", ["update_id"], unique=True)
    op.create_table(
        "answer",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_answer_author_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_answer_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_reply_id"), "answer", ["reply_id"], unique=False)
    op.create_table(
        "reply_addition",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["reply.id"], name=op.f("fk_reply_addition_reply_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_addition")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_reply_addition_idempotency_key")),
    )
    op.create_index(op.f("ix_reply_addition_reply_id"), "reply_addition", ["reply_id"], unique=False)
    op.create_table(
        "reply_note",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_reply_note_author_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_reply_note_reply_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_note")),
    )
    op.create_index(op.f("ix_reply_note_reply_id"), "reply_note", ["reply_id"], unique=False)

    # One partition to begin with; owl.delivery.partitions adds the next ones in time.
    op.execute("CREATE TABLE delivery_0 PARTITION OF delivery FOR VALUES FROM (0) TO (1000) WITH (fillfactor = 45)")
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are written once and never changed', TG_TABLE_NAME;
        END $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " EXECUTE FUNCTION refuse_change()"
        )
    for table in KEPT:
        op.execute(f"CREATE TRIGGER never_deleted BEFORE DELETE ON {table} EXECUTE FUNCTION refuse_change()")
    op.execute(
        """
        CREATE FUNCTION mark_stale() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            CASE TG_TABLE_NAME
            WHEN 'subscription' THEN
                INSERT INTO reach_stale (postcode, subscriber_id)
                SELECT postcode, subscriber_id FROM changed JOIN household ON household.id = household_id;
            WHEN 'contact_point' THEN
                INSERT INTO reach_stale (subscriber_id)
                SELECT subscriber_id FROM changed WHERE subscriber_id IS NOT NULL;
            WHEN 'subscriber' THEN
                INSERT INTO reach_stale (subscriber_id) SELECT id FROM changed;
            WHEN 'household' THEN
                INSERT INTO reach_stale (postcode) SELECT DISTINCT postcode FROM changed;
            END CASE;
            RETURN NULL;
        END $$
        """
    )
    for table, event, rows in COUNTED:
        op.execute(
            f"CREATE TRIGGER mark_{event.lower()}_{rows.lower()} AFTER {event} ON {table}"
            f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_stale()"
        )
    op.execute(
        "INSERT INTO role (name) VALUES ('officer'), ('supervisor'), ('inspector'), ('coordinator'), ('administrator')"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_reply_note_reply_id"), table_name="reply_note")
    op.drop_table("reply_note")
    op.drop_index(op.f("ix_reply_addition_reply_id"), table_name="reply_addition")
    op.drop_table("reply_addition")
    op.drop_index(op.f("ix_answer_reply_id"), table_name="answer")
    op.drop_table("answer")
    op.drop_index(op.f("ix_words_taken_out_update_id"), table_name="words_taken_out")
    op.drop_index(op.f("ix_words_taken_out_decision_id"), table_name="words_taken_out")
    op.drop_table("words_taken_out")
    op.drop_index(op.f("ix_watch_member_subscription_id"), table_name="watch_member")
    op.drop_table("watch_member")
    op.drop_index(op.f("ix_unsaved_sheet_user_id"), table_name="unsaved_sheet")
    op.drop_table("unsaved_sheet")
    op.drop_index(op.f("ix_reply_subscriber_id"), table_name="reply")
    op.drop_index(op.f("ix_reply_neighbourhood_id_state_id"), table_name="reply")
    op.drop_index(op.f("ix_reply_neighbourhood_id_due_at"), table_name="reply", postgresql_where="state = 'open'")
    op.drop_index(op.f("ix_reply_message_id"), table_name="reply")
    op.drop_index(op.f("ix_reply_merged_into_id"), table_name="reply", postgresql_where="merged_into_id IS NOT NULL")
    op.drop_index(op.f("ix_reply_due_at"), table_name="reply", postgresql_where="state = 'open'")
    op.drop_index(op.f("ix_reply_assignee_id"), table_name="reply", postgresql_where="state <> 'closed'")
    op.drop_table("reply")
    op.drop_index(op.f("ix_relocation_subscription_id"), table_name="relocation")
    op.drop_index(op.f("ix_relocation_id"), table_name="relocation", postgresql_where="told_at IS NULL")
    op.drop_table("relocation")
    op.drop_index(op.f("ix_recurring_draft_next_on"), table_name="recurring_draft", postgresql_where="ended_at IS NULL")
    op.drop_table("recurring_draft")
    op.drop_table("message_tally")
    op.drop_table("message_rating")
    op.drop_index(op.f("ix_message_picture_message_id"), table_name="message_picture")
    op.drop_table("message_picture")
    op.drop_table("message_outcome")
    op.drop_table("message_editor")
    op.drop_index(op.f("ix_last_mile_watch_id_message_id"), table_name="last_mile")
    op.drop_table("last_mile")
    op.drop_index(op.f("ix_invitation_subscription_id"), table_name="invitation")
    op.drop_table("invitation")
    op.drop_index(op.f("ix_home_move_subscription_id"), table_name="home_move")
    op.drop_table("home_move")
    op.drop_index(
        op.f("ix_emergency_review_message_id"), table_name="emergency_review", postgresql_where="reviewed_at IS NULL"
    )
    op.drop_table("emergency_review")
    op.drop_table("digest")
    op.drop_index(op.f("ix_batch_due_at"), table_name="batch", postgresql_where="done_at IS NULL")
    op.drop_table("batch")
    op.drop_table("area_tally")
    op.drop_index(op.f("ix_webhook_call_webhook_id_id"), table_name="webhook_call")
    op.drop_index(op.f("ix_webhook_call_event_id"), table_name="webhook_call")
    op.drop_index(
        op.f("ix_webhook_call_due_at"),
        table_name="webhook_call",
        postgresql_where="done_at IS NULL AND given_up_at IS NULL",
    )
    op.drop_table("webhook_call")
    op.drop_index(op.f("ix_watch_home_household_id"), table_name="watch_home")
    op.drop_table("watch_home")
    op.drop_index(op.f("ix_watch_coordinator_user_id"), table_name="watch_coordinator")
    op.drop_table("watch_coordinator")
    op.drop_index(op.f("ix_watch_area_code"), table_name="watch_area")
    op.drop_table("watch_area")
    op.drop_index(op.f("ix_team_officer_user_id"), table_name="team_officer")
    op.drop_index(op.f("ix_team_officer_team_id"), table_name="team_officer")
    op.drop_table("team_officer")
    op.drop_index(op.f("ix_team_meeting_team_id_ends_at"), table_name="team_meeting")
    op.drop_index(op.f("ix_team_meeting_ends_at"), table_name="team_meeting")
    op.drop_table("team_meeting")
    op.drop_index(op.f("ix_subscription_household_id"), table_name="subscription")
    op.drop_table("subscription")
    op.drop_table("social_account")
    op.drop_index(op.f("ix_signed_decision_issue_id_number"), table_name="signed_decision")
    op.drop_table("signed_decision")
    op.drop_index(op.f("ix_priority_update_issue_id"), table_name="priority_update")
    op.drop_table("priority_update")
    op.drop_index(op.f("ix_message_watch_id"), table_name="message")
    op.drop_index(op.f("ix_message_status_id"), table_name="message")
    op.drop_index(op.f("ix_message_neighbourhood_ids"), table_name="message", postgresql_using="gin")
    op.drop_index(
        op.f("ix_message_follows_id_follow_up"),
        table_name="message",
        postgresql_where="status <> 'cancelled' AND follow_up <> 'update'",
    )
    op.drop_index(op.f("ix_message_follows_id"), table_name="message")
    op.drop_index(op.f("ix_message_consultation_id"), table_name="message")
    op.drop_index(op.f("ix_message_author_id"), table_name="message")
    op.drop_index(op.f("ix_message_approved_at"), table_name="message")
    op.drop_index(op.f("ix_message_"), table_name="message")
    op.drop_table("message")
    op.drop_table("decision_draft")
    op.drop_index(op.f("ix_webhook_key_id"), table_name="webhook")
    op.drop_table("webhook")
    op.drop_index(op.f("ix_watch_neighbourhood_id_name"), table_name="watch")
    op.drop_table("watch")
    op.drop_table("voice")
    op.drop_index(op.f("ix_user_area_user_id"), table_name="user_area")
    op.drop_table("user_area")
    op.drop_index(op.f("ix_text_talk_last_at"), table_name="text_talk")
    op.drop_table("text_talk")
    op.drop_table("team")
    op.drop_table("sealed_ballot")
    op.drop_index(
        "ix_remark_to_look_at",
        table_name="remark",
        postgresql_where="looked_at_by_id IS NULL AND words_encrypted IS NOT NULL",
    )
    op.drop_index(op.f("ix_remark_consultation_id_question_theme"), table_name="remark")
    op.drop_table("remark")
    op.drop_index(op.f("ix_raised_issue_neighbourhood_id"), table_name="raised_issue")
    op.drop_index(op.f("ix_raised_issue_consultation_id_raised_in_answer"), table_name="raised_issue")
    op.drop_table("raised_issue")
    op.drop_index(op.f("ix_proof_subscriber_id"), table_name="proof")
    op.drop_index(op.f("ix_proof_joining_id"), table_name="proof")
    op.drop_index(op.f("ix_proof_address_index_created_at"), table_name="proof")
    op.drop_table("proof")
    op.drop_index(op.f("ix_priority_freshness_fresh_at"), table_name="priority_freshness")
    op.drop_table("priority_freshness")
    op.drop_index(op.f("ix_postcode_ward_code"), table_name="postcode")
    op.drop_index(op.f("ix_postcode_sector"), table_name="postcode")
    op.drop_index(op.f("ix_postcode_neighbourhood_id"), table_name="postcode")
    op.drop_index(op.f("ix_postcode_metres"), table_name="postcode", postgresql_using="gist")
    op.drop_table("postcode")
    op.drop_table("household_list_part")
    op.drop_index(op.f("ix_household_ward_code"), table_name="household")
    op.drop_index(op.f("ix_household_sector"), table_name="household")
    op.drop_index(op.f("ix_household_neighbourhood_id"), table_name="household")
    op.drop_table("household")
    op.drop_index(op.f("ix_ended_clock_neighbourhood_id_ended_at"), table_name="ended_clock")
    op.drop_table("ended_clock")
    op.drop_table("door_count")
    op.drop_table("counted_code")
    op.drop_index(op.f("ix_counted_ballot_consultation_id"), table_name="counted_ballot")
    op.drop_table("counted_ballot")
    op.drop_table("consultation_signing_key")
    op.drop_table("consultation_result")
    op.drop_index(op.f("ix_api_request_asked_at"), table_name="api_request")
    op.drop_table("api_request")
    op.drop_index(op.f("ix_ward_district_code"), table_name="ward")
    op.drop_table("ward")
    op.drop_index(op.f("ix_user_session_user_id"), table_name="user_session")
    op.drop_table("user_session")
    op.drop_table("user_role")
    op.drop_table("training_guest")
    op.drop_index(op.f("ix_priority_check_neighbourhood_id"), table_name="priority_check")
    op.drop_table("priority_check")
    op.drop_index(
        op.f("ix_partner_tick_subscriber_id_partner_id"),
        table_name="partner_tick",
        postgresql_where="taken_back_at IS NULL",
    )
    op.drop_index(
        op.f("ix_partner_tick_partner_id"), table_name="partner_tick", postgresql_where="taken_back_at IS NULL"
    )
    op.drop_table("partner_tick")
    op.drop_index(op.f("ix_neighbourhood_district_code"), table_name="neighbourhood")
    op.drop_table("neighbourhood")
    op.drop_index(op.f("ix_magic_link_subscriber_id"), table_name="magic_link")
    op.drop_table("magic_link")
    op.drop_index(op.f("ix_joining_expires_at"), table_name="joining")
    op.drop_table("joining")
    op.drop_index(op.f("ix_household_list_id"), table_name="household_list", postgresql_where="status = 'waiting'")
    op.drop_table("household_list")
    op.drop_index(op.f("ix_cover_cover_id"), table_name="cover")
    op.drop_table("cover")
    op.drop_index(op.f("ix_contact_point_subscriber_id"), table_name="contact_point")
    op.drop_table("contact_point")
    op.drop_index(
        op.f("ix_consultation_round_neighbourhood_ids"),
        table_name="consultation",
        postgresql_where="round IS NOT NULL AND status <> 'withdrawn'",
    )
    op.drop_index(op.f("ix_consultation_replaces_id"), table_name="consultation")
    op.drop_index(op.f("ix_consultation_neighbourhood_ids"), table_name="consultation", postgresql_using="gin")
    op.drop_index(op.f("ix_consultation_closes_at"), table_name="consultation", postgresql_where="status = 'announced'")
    op.drop_table("consultation")
    op.drop_table("api_key")
    op.drop_table("user")
    op.drop_table("text_trouble")
    op.drop_table("text_day")
    op.drop_table("suppression")
    op.drop_index(
        op.f("ix_subscriber_paused_until"), table_name="subscriber", postgresql_where="paused_until IS NOT NULL"
    )
    op.drop_table("subscriber")
    op.drop_table("role")
    op.drop_index(
        op.f("ix_reply_list_entry_list_name_name"), table_name="reply_list_entry", postgresql_where="ended_at IS NULL"
    )
    op.drop_table("reply_list_entry")
    op.drop_index(op.f("ix_receipt_id"), table_name="receipt", postgresql_where="merged_at IS NULL")
    op.drop_table("receipt")
    op.drop_table("reach_stale")
    op.drop_index(op.f("ix_reach_count_postcode_kind"), table_name="reach_count")
    op.drop_index(op.f("ix_reach_count_kind_neighbourhood_id"), table_name="reach_count")
    op.drop_table("reach_count")
    op.drop_index(op.f("ix_reach_apart_postcode"), table_name="reach_apart")
    op.drop_index(op.f("ix_reach_apart_neighbourhood_id"), table_name="reach_apart")
    op.drop_table("reach_apart")
    op.drop_table("partner")
    op.drop_index(op.f("ix_notice_due_at"), table_name="notice", postgresql_where="status IN ('queued', 'sending')")
    op.drop_table("notice")
    op.drop_index(op.f("ix_message_template_name"), table_name="message_template", postgresql_where="ended_at IS NULL")
    op.drop_table("message_template")
    op.drop_table("kind_rule")
    op.drop_table("inbound_text")
    op.drop_table("house_limit")
    op.drop_table("geography_set")
    op.drop_index(op.f("ix_event_id"), table_name="event", postgresql_where="spread_at IS NULL")
    op.drop_index(op.f("ix_event_at"), table_name="event")
    op.drop_table("event")
    op.drop_table("district")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_consent_address_index"), table_name="consent")
    op.drop_table("consent")
    op.drop_index(op.f("ix_carried_digest_id_digest_seq"), table_name="carried")
    op.drop_table("carried")
    op.drop_index(op.f("ix_bounce_id"), table_name="bounce", postgresql_where="settled_at IS NULL")
    op.drop_index(op.f("ix_bounce_contact_point_id"), table_name="bounce", postgresql_where="verdict = 'soft'")
    op.drop_table("bounce")
    op.drop_index(op.f("ix_audit_subject_subject_id_at_id"), table_name="audit")
    op.drop_index("ix_audit_refusals", table_name="audit", postgresql_where=sa.text("starts_with(act, 'refused: ')"))
    op.drop_index(op.f("ix_audit_at_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_actor_id_at_id"), table_name="audit")
    op.drop_index(op.f("ix_audit_act_at_id"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("allowed_site")
    op.drop_table("allowance_use")
    op.execute("DROP FUNCTION refuse_change")
    op.execute("DROP FUNCTION mark_stale")
