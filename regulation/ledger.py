"""The ledger of the law: for every article and item, the rules that keep it, or why a person must.

Rules are named, not imported: the law knows nothing of the services. A test holds that every name exists.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """How a clause is kept: by rules (dotted names), by people; and what of it nothing keeps yet."""

    rules: tuple[str, ...] = ()
    human_duty: str = ""
    """Why no rule can keep it, or what is left to people."""
    unbuilt: str = ""
    """What the services that are there do not keep of it yet; the rules that will are named here once they are there."""


def _dispatch(*names: str) -> tuple[str, ...]:
    return tuple(f"services.dispatch.rules.{name}" for name in names)


_TERMS = "regulation.terms."
_INTAKE = "services.intake.rules."
_KB = "services.kb.rules."
_ASSESSMENT = "services.assessment.rules."

LEDGER: dict[str, Kept] = {
    "1": Kept(human_duty="The purpose: nothing to do or to forbid; the rules below serve it."),
    "2": Kept(
        (
            "regulation.natures.Channel",
            "regulation.declining.EmergencyNumber",
            f"{_INTAKE}settling.pass_emergency",
            "services.provincial.rules.receiving.judge",
        )
    ),
    "3": Kept(("regulation.natures.Nature", "regulation.declining.DECLINES", f"{_INTAKE}declining.decline_ticket")),
    "4": Kept(("services.directory.rules.units.add_unit",)),
    "5": Kept(
        ("services.directory.rules.units.set_duties",),
        human_duty="To lead, plan and build the hotline is the centre's; the system knows who is responsible for what.",
    ),
    "6": Kept(
        (
            f"{_INTAKE}settling.form_ticket",
            *_dispatch("dispatching.dispatch"),
            f"{_KB}entries.publish",
            *(f"{_ASSESSMENT}{name}" for name in ("seats.check_call", "inspecting.found", "contracts.hold")),
        ),
        human_duty="The firm's contract, inspections and what follows from a term not kept (3) are people's; so are leaders' tasks (5).",
    ),
    "7": Kept(
        _dispatch("handing_on.hand_on", "handing_on.receive"),
        human_duty="A district sets up its own office and rules (1).",
    ),
    "8": Kept(
        (*_dispatch("handling.sign_in", "replying.reply"), f"{_KB}entries.revise", f"{_KB}freshness.grounds_of"),
        human_duty="A unit appoints its own people (1).",
    ),
    "9": Kept(
        (f"{_TERMS}first_report_deadline",),
        human_duty="Seats are staffed day and night by the hotline; the system keeps time day and night.",
    ),
    "10": Kept(("chassis.journal.append", "chassis.journal.verify")),
    "11": Kept(("services.dispatch.lifecycle.TRANSITIONS",)),
    "11-1": Kept(
        (
            f"{_INTAKE}settling.answer_directly",
            f"{_INTAKE}settling.form_ticket",
            f"{_INTAKE}declining.check_repeat",
            "regulation.declining.DECLINES",
            *_dispatch("dispatching.open_order"),
        )
    ),
    "11-2": Kept((f"{_TERMS}dispatch_deadline", *_dispatch("dispatching.dispatch"))),
    "11-3": Kept(
        (
            f"{_TERMS}handle_deadline",
            f"{_TERMS}ruling_deadline",
            *_dispatch("replying.reply_with_explanation", "provincial.move_provincial_date"),
            "services.provincial.rules.clocks.is_producible",
            "services.provincial.rules.dates.date_of",
        ),
    ),
    "11-4": Kept(
        (
            f"{_TERMS}extension_deadline",
            f"{_TERMS}extension_ask_by",
            f"{_TERMS}extension_needs_supervisor",
            *_dispatch("extending.request_extension", "escalating.escalate"),
            "services.provincial.actions.hearing.extension_requested",
        )
    ),
    "11-5": Kept(_dispatch("replying.reply", "replying.bare")),
    "11-6": Kept(
        (
            f"{_TERMS}return_deadline",
            *_dispatch("returning.request_return"),
            "services.provincial.actions.hearing.return_requested",
        )
    ),
    "11-7": Kept(
        (
            f"{_TERMS}promise_deadline",
            *_dispatch("promising.request_progress_report"),
            "services.provincial.actions.hearing.progress_report_requested",
        )
    ),
    "11-8": Kept(
        (
            f"{_TERMS}deficient_deadline",
            *_dispatch("reviewing.pass_review", "reviewing.send_back_reply", "calling_back.record_ratings"),
        )
    ),
    "11-9": Kept((f"{_TERMS}rework_deadline", *_dispatch("reworking.rework"))),
    "11-10": Kept(_dispatch("closing.close_satisfied", "closing.close_dissatisfied", "closing.close_unreachable")),
    "12": Kept(("regulation.deadlines.light", "regulation.deadlines.overdue", "services.sla.rules.turning.turn")),
    "13": Kept(
        (
            f"{_TERMS}first_report_deadline",
            f"{_TERMS}result_deadline",
            f"{_TERMS}upgraded_result_deadline",
            "regulation.urgency.UrgentKind",
            f"{_INTAKE}urgency.urgency_of",
            "regulation.policy.Policy.told_of",
            *_dispatch("handling.submit_first_report", "urgency.upgrade", "urgency.downgrade", "urgency.told_units"),
        )
    ),
    "14": Kept(
        (f"{_INTAKE}alike.same_event", f"{_INTAKE}grouping.group_ticket", f"{_ASSESSMENT}topics.carry_over", f"{_ASSESSMENT}studies.step"),
        human_duty="To study a topic and to change how one works is the unit's; to report it to its government too, by the ladder of 16.",
    ),
    "15": Kept(
        ("regulation.grounds.Ground", f"{_ASSESSMENT}supervision.step"),
        human_duty="Whether a proposal is issued, and whether what a unit answers is enough, is for a person.",
    ),
    "15-1": Kept(("regulation.deadlines.overdue", f"{_ASSESSMENT}rounds.rounds_of", f"{_ASSESSMENT}grounds.overdue")),
    "15-2": Kept(("regulation.policy.Policy.supervision_reworks", f"{_ASSESSMENT}grounds.recurrent")),
    "15-3": Kept(("regulation.policy.Policy.supervision_sign_in_percent", f"{_ASSESSMENT}grounds.negligent")),
    "15-4": Kept((f"{_ASSESSMENT}rates.facts_of", f"{_ASSESSMENT}grounds.low_rates")),
    "15-5": Kept(
        (
            f"{_KB}freshness.grounds_of",
            f"{_KB}freshness.due_at",
            f"{_KB}entries.refuse",
            f"{_ASSESSMENT}upkeep.upkeep_facts",
            f"{_ASSESSMENT}grounds.stale",
        )
    ),
    "15-6": Kept(
        ("regulation.grounds.Ground.entered_by_person",),
        human_duty="What else calls for supervision is for a person to find.",
    ),
    "16": Kept(
        (
            f"{_TERMS}assisting_deadline",
            *_dispatch("assisting.add_assisting", "assisting.submit_contribution", "coordinating.decide"),
            f"{_ASSESSMENT}ladder.check_raise",
            f"{_ASSESSMENT}ladder.check_outcome",
        ),
        human_duty="编办, the vice mayor and 纪委监委 decide outside the system; it keeps their documents and dates.",
    ),
    "17": Kept(
        (
            "chassis.redact.redact",
            f"{_INTAKE}masking.masker_for",
            "services.intake.actions.naming.check_named",
            *_dispatch("units.conflicted", "units.clear_superior", "suggesting.suggest_units"),
        )
    ),
    "18": Kept(
        (f"{_ASSESSMENT}counts.counts", f"{_ASSESSMENT}bursts.burst", f"{_ASSESSMENT}rates.facts_of", f"{_ASSESSMENT}periods.last_over"),
    ),
    "19": Kept(
        tuple(f"{_ASSESSMENT}findings.{name}" for name in ("returns", "copies", "reopened", "step")),
        human_duty="Whether a sign is buck-passing or a false report, and whether it was put right, is for a person.",
    ),
    "20": Kept(
        (
            "regulation.policy.Policy.ranking_min_group",
            *(f"{_ASSESSMENT}{name}" for name in ("rates.facts_of", "scoring.score_of", "ranking.rank", "ranking.calls_for_interview")),
            *(f"{_ASSESSMENT}sampling.{name}" for name in ("draw", "check_seed", "differ", "figures")),
        ),
        human_duty="The interview (约谈) is the vice mayor's; to ask those sampled is a third party's (第三方抽测).",
    ),
    "21": Kept(human_duty="How governments lead the hotline's work is theirs."),
    "22": Kept(human_duty="The city's office interprets the law; docs/interpretations.md records the readings."),
    "23": Kept(("regulation.articles.edition_for",), human_duty="To evaluate and revise the law at its term is the centre's."),
}
